"""A backup that was cut, changed, mixed up or made with another key is refused; a file appears whole or not at all."""

import io
import stat
from pathlib import Path

import pytest

from reminderbot import errors
from reminderbot.store import backup_file, placing, vault

MASTERS = vault.Masters.read(vault.new_master())
CHUNKS = [{"n": number} for number in range(5)]


def written(masters: vault.Masters = MASTERS) -> bytes:
    """Return a backup of five chunks."""
    file = io.BytesIO()
    writer = backup_file.Writer(file, masters, revision="1", made_at="2026-11-23T09:00:00+00:00", dialect="sqlite")
    for chunk in CHUNKS:
        writer.write(chunk, is_last=chunk is CHUNKS[-1])
    return file.getvalue()


def read(backup: bytes, masters: vault.Masters = MASTERS) -> list[object]:
    """Read all of a backup."""
    return list(backup_file.Reader(io.BytesIO(backup), masters).read())


def parts(backup: bytes) -> tuple[bytes, list[bytes]]:
    """Return the beginning of a backup, and its chunks with their lengths."""
    at = len(backup_file.MAGIC)
    at += 4 + int.from_bytes(backup[at : at + 4], "big")
    head, found = backup[:at], []
    while at < len(backup):
        end = at + 4 + int.from_bytes(backup[at : at + 4], "big")
        found.append(backup[at:end])
        at = end
    return head, found


def test_what_was_written_is_read() -> None:
    assert read(written()) == CHUNKS


def test_a_backup_that_was_cut_anywhere_is_refused() -> None:
    backup = written()

    for end in range(len(backup)):
        with pytest.raises(errors.Unusable):
            read(backup[:end])


def test_a_backup_of_which_one_bit_was_changed_is_refused() -> None:
    backup = written()

    for at in range(len(backup)):
        changed = backup[:at] + bytes([backup[at] ^ 1]) + backup[at + 1 :]
        with pytest.raises(errors.Unusable):
            read(changed)


def test_chunks_that_were_moved_left_out_or_doubled_are_refused() -> None:
    head, chunks = parts(written())
    wrong = [chunks[::-1], chunks[1:], chunks[:2] + chunks[3:], [*chunks[:2], chunks[1], *chunks[2:]], chunks * 2]

    for each in wrong:
        with pytest.raises(errors.Unusable, match="damaged or cut short"):
            read(head + b"".join(each))


def test_a_chunk_of_another_backup_is_refused() -> None:
    (head, chunks), (_, others) = parts(written()), parts(written())

    with pytest.raises(errors.Unusable, match="chunk 3"):
        read(head + b"".join([*chunks[:2], others[2], *chunks[3:]]))


def test_another_key_is_refused_by_its_fingerprint() -> None:
    with pytest.raises(errors.Unusable, match=MASTERS.active.fingerprint):
        read(written(), vault.Masters.read(vault.new_master()))


def test_an_older_key_still_opens_it() -> None:
    old, new = vault.new_master(), vault.new_master()

    assert read(written(vault.Masters.read(old)), vault.Masters.read(f"{new},{old}")) == CHUNKS


def test_a_file_appears_whole_for_us_alone_and_takes_no_others_place(tmp_path: Path) -> None:
    path = tmp_path / "night.backup"

    with placing.whole(path) as file:
        file.write(b"half")
        assert not path.exists()
    with pytest.raises(errors.Unusable, match="not overwritten"), placing.whole(path) as file:
        file.write(b"another")

    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"half", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), placing.whole(tmp_path / "night.backup") as file:
        file.write(b"half")
        raise RuntimeError

    assert list(tmp_path.iterdir()) == []
