"""What a bot may put into a message: its text with entities, its keyboard, its files."""

import json
from typing import Any

from reminderbot.simulator import entities, markup, refusals, world
from reminderbot.simulator.methods import calls

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024  # characters after parsing
RAW_LIMIT = 1 << 15  # bytes before parsing
PHOTO_LIMIT, FILE_LIMIT = 10 << 20, 50 << 20  # bytes that a bot may upload
BUTTONS_LIMIT, ROW_LIMIT, DATA_LIMIT = 100, 8, 64
_IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}


def text(call: calls.Call, *, key: str = "text", marks: str = "entities") -> tuple[str, list[markup.Entity]]:
    """Return the parsed text or caption of a call; 400 where Telegram refuses it."""
    what = "message" if key == "text" else "message caption"
    raw = call.params.get(key, "")
    if len(raw.encode("utf-8", "surrogatepass")) > RAW_LIMIT:
        raise refusals.bad(f"{what} is too long")
    parsed, found = markup.trim(*_parsed(markup.clean(raw), call.params, marks))
    if key == "text" and not parsed:
        raise refusals.bad("message text is empty")
    if len(parsed) > (TEXT_LIMIT if key == "text" else CAPTION_LIMIT):
        raise refusals.bad(f"{what} is too long")
    return parsed, entities.found_in(parsed, found)


def _parsed(raw: str, params: dict[str, Any], marks: str) -> tuple[str, list[markup.Entity]]:
    mode = params.get("parse_mode", "").lower()
    if mode == "html":
        return markup.parse(raw)
    if mode in ("markdown", "markdownv2"):
        raise refusals.bad("parse_mode Markdown is not simulated")
    if mode:
        raise refusals.bad("unsupported parse_mode")
    return raw, entities.fitting(raw, params.get(marks, []))


def keyboard(given: dict[str, Any] | None) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Return the inline keyboard and the other keyboard of a checked `reply_markup`; an empty one is none."""
    if not given:
        return None, None
    if "inline_keyboard" not in given:
        return None, given
    rows = [row for row in given["inline_keyboard"] if row]
    for button in (button for row in rows for button in row):
        _hold_button(button)
    if sum(map(len, rows)) > BUTTONS_LIMIT or any(len(row) > ROW_LIMIT for row in rows):
        raise refusals.bad("reply markup is too long")
    return ({"inline_keyboard": rows} if rows else None), None


def _hold_button(button: dict[str, Any]) -> None:
    actions = _ACTIONS & button.keys()
    if not button["text"].strip():
        raise refusals.bad("inline keyboard button text must be non-empty")
    if not actions:
        raise refusals.bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise refusals.bad(f"can't parse inline keyboard button: more than one action in {json.dumps(sorted(actions))}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= DATA_LIMIT:
        raise refusals.bad("BUTTON_DATA_INVALID")
    if "url" in button and not button["url"].startswith(("http://", "https://", "tg://")):
        raise refusals.bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def reply_to(call: calls.Call, talk: world.Conversation) -> int | None:
    """Return the message a call replies to; 400 if it is not there and the call insists on it."""
    given = call.params.get("reply_parameters")
    if given is None:
        return None
    if talk.live(given["message_id"]):
        return int(given["message_id"])
    if given.get("allow_sending_without_reply"):
        return None
    raise refusals.bad("message to be replied not found")


def attachment(call: calls.Call, key: str) -> world.File:
    """Return the file of a call: uploaded, `attach://`, or one the simulator already has."""
    given = call.params[key]
    if isinstance(given, calls.Upload):
        return keep(call, given, key)
    if given.startswith("attach://"):
        upload = call.uploads.get(given.removeprefix("attach://"))
        if upload is None:
            raise refusals.bad(f"attached file {given} is not found")
        return keep(call, upload, key)
    if given not in call.state.files:
        raise refusals.bad("wrong file identifier/HTTP URL specified")
    return call.state.files[given]


def keep(call: calls.Call, upload: calls.Upload, key: str) -> world.File:
    """Store an upload; 400 if it is empty, or a photo that is no image, 413 if it is too large."""
    if not upload.content:
        raise refusals.bad("file must be non-empty")
    if len(upload.content) > (PHOTO_LIMIT if key == "photo" else FILE_LIMIT):
        raise refusals.too_large()
    if key == "photo" and not upload.content.startswith(_IMAGE_STARTS):
        raise refusals.bad("IMAGE_PROCESS_FAILED")
    return call.state.add_file(upload.content, name=upload.name, mime=upload.mime, folder=f"{key}s")
