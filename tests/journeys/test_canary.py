"""A canary in the logs: with everything logged, nothing of a person and no token is in them."""

from pathlib import Path

from reminderbot.simulator import client, server
from tests.journeys.acting import DUE, Person
from tests.journeys.conftest import Process

TYPED = "it throbs like a xylophone, and it hurts"
PHONE = "+34 699 123 456"
"""What she types of herself. Its parts are looked for whole: three digits alone stand in any id and any duration."""


async def test_nothing_of_a_person_enters_the_logs_at_their_loudest(
    process: Process, simulated: client.Simulated, tmp_path: Path
) -> None:
    ana = Person(await simulated.person("Wilhelmina-Canary"))
    log = tmp_path / "stderr"
    with log.open("wb") as stderr:
        process.start(stderr=stderr, log_level="DEBUG")
        await ana.registers()
        await ana.hears(PHONE, "help.fallback")
        await ana.hears(TYPED, "worry.nobody")
        await simulated.fault("cut", method="sendMessage", accepted=False)
        await simulated.fault("html", method="editMessageText")
        await ana.says("/timeline", "move")
        process.kill()
        process.now = DUE["eve"]
        process.start(stderr=stderr, log_level="DEBUG")
        await ana.phone.wait_for(lambda m: m.id > 1 and ana.gist("step.eve") in m.text, timeout=90)
        process.kill()

    said = log.read_text()
    tokens = [server.TOKEN, server.TOKEN.partition(":")[2], f"/bot{server.TOKEN[:6]}"]
    phones = [PHONE, PHONE[1:], "699 123 456", PHONE[1:].replace(" ", ""), "699123456"]
    hidden = ["Wilhelmina", str(ana.phone.person), "xylophone", "throbs", *phones, *tokens]
    assert "reminderbot runs" in said
    assert [word for word in hidden if word in said] == []
