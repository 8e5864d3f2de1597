"""The short form of the attack journal: whatever is quickly tried against a running bot is held off."""

from pathlib import Path

from tests.security.journal import ATTACKS, telling


async def test_what_is_quickly_tried_against_a_running_bot_is_held(url: str, tmp_path: Path) -> None:
    attacks = [attack for attack in ATTACKS if not attack.is_long]
    folder = tmp_path / "bot"
    folder.mkdir()
    own = f"sqlite:///{folder}/reminderbot.sqlite"  # made by the program, whose rights on its file are looked at

    found = await telling.made(url if url.startswith("postgresql") else own, folder, attacks)

    assert [each.name for each, (is_held, _) in zip(attacks, found, strict=True) if not is_held] == []


def test_every_attack_has_a_name_of_its_own() -> None:
    names = [attack.name for attack in ATTACKS]

    assert len(names) == len(set(names))
