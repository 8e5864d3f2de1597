"""The things people send that are no texts, made on the spot: a picture, a sticker, a voice note and others."""

import struct
import zlib
from collections.abc import Callable
from typing import Any

from reminderbot.simulator import world

_WIDTH, _HEIGHT = 320, 200
_TOP, _BOTTOM = (250, 206, 168), (214, 118, 122)  # an evening sky: invented, so nobody's


def picture() -> bytes:
    """Return a small PNG: an evening sky."""
    rows = b"".join(b"\0" + bytes(_blend(y)) * _WIDTH for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _blend(y: int) -> list[int]:
    return [round(a + (b - a) * y / _HEIGHT) for a, b in zip(_TOP, _BOTTOM, strict=True)]


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _photo(state: world.World, _: world.Person) -> dict[str, Any]:
    file = state.add_file(picture(), name="photo.png", mime="image/png", folder="photos")
    return {"photo": [{**_named(file), "width": _WIDTH, "height": _HEIGHT}]}


def _sticker(state: world.World, _: world.Person) -> dict[str, Any]:
    file = state.add_file(picture(), name="sticker.png", mime="image/png", folder="stickers")
    shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
    return {"sticker": {**_named(file), **shape, "emoji": "🌼"}}


def _voice(state: world.World, _: world.Person) -> dict[str, Any]:
    file = state.add_file(b"OggS" + bytes(60), name="voice.oga", mime="audio/ogg", folder="voice")
    return {"voice": {**_named(file), "duration": 4, "mime_type": "audio/ogg"}}


def _document(state: world.World, _: world.Person) -> dict[str, Any]:
    file = state.add_file(b"%PDF-1.4\n%%EOF\n", name="letter.pdf", mime="application/pdf", folder="documents")
    return {"document": {**_named(file), "file_name": file.name, "mime_type": file.mime}}


def _contact(_: world.World, person: world.Person) -> dict[str, Any]:
    return {"contact": {"phone_number": "+34600000000", "first_name": person.first_name, "user_id": person.id}}


def _location(_: world.World, __: world.Person) -> dict[str, Any]:
    return {"location": {"latitude": 40.4168, "longitude": -3.7038}}  # Madrid, Puerta del Sol


def _named(file: world.File) -> dict[str, Any]:
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.content)}


THINGS: dict[str, Callable[[world.World, world.Person], dict[str, Any]]] = {
    "photo": _photo,
    "sticker": _sticker,
    "voice": _voice,
    "document": _document,
    "contact": _contact,
    "location": _location,
}
