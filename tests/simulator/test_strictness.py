"""Strict where Telegram is strict: parameters, texts, keyboards, chats; each with Telegram's words."""

import json
from typing import Any

import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, error
from telegram.constants import ParseMode

from reminderbot.simulator import client, schema, server
from reminderbot.simulator.methods import composing, table


def _keys(*buttons: dict[str, Any], rows: int = 1) -> str:
    return json.dumps({"inline_keyboard": [list(buttons)] * rows})


_KEY = {"text": "Yes", "callback_data": "y"}

_REFUSED = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "message text is empty"),
    ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "<b></b>" * 5000 + "x", "parse_mode": "HTML"}, "message is too long"),
    ({"text": "a<br>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "br" at byte offset 1'),
    ({"text": "x", "parse_mode": "XML"}, "unsupported parse_mode"),
    ({"text": "x", "chat_id": ""}, "chat_id is empty"),
    ({"text": "x", "chat_id": 999}, "chat not found"),
    ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
    ({"text": "x", "parsemode": "HTML"}, 'unknown parameter "parsemode"'),
    ({"text": "x", "protect_content": "maybe"}, 'parameter "protect_content" must be of type Boolean'),
    ({"text": "x", "message_thread_id": "1.5"}, 'parameter "message_thread_id" must be of type Integer'),
    ({"text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
    ({"text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
    ({"text": "x", "reply_markup": '{"inline":[]}'}, "object expected as reply markup"),
    ({"text": "x", "reply_markup": _keys({**_KEY, "colour": "red"})}, 'unknown field "colour" in InlineKeyboardButton'),
    ({"text": "x", "reply_markup": _keys({"callback_data": "y"})}, 'can\'t find field "text"'),
    ({"text": "x", "reply_markup": _keys({"text": 5, "callback_data": "y"})}, 'field "text" of InlineKeyboardButton'),
    ({"text": "x", "reply_markup": _keys({"text": "Yes"})}, "Text buttons are unallowed in the inline keyboard"),
    ({"text": "x", "reply_markup": _keys({**_KEY, "url": "https://a.example"})}, "more than one action"),
    ({"text": "x", "reply_markup": _keys({**_KEY, "callback_data": "ñ" * 33})}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": _keys({**_KEY, "callback_data": ""})}, "BUTTON_DATA_INVALID"),
    ({"text": "x", "reply_markup": _keys(*[_KEY] * 9)}, "reply markup is too long"),
    ({"text": "x", "reply_markup": _keys(_KEY, rows=101)}, "reply markup is too long"),
    ({"text": "x", "link_preview_options": '{"disabled":true}'}, 'unknown field "disabled" in LinkPreviewOptions'),
    ({"text": "x", "reply_parameters": '{"message_id":99}'}, "message to be replied not found"),
    ({"text": "x", "entities": '[{"type":"bold","offset":0,"length":9}]'}, "ENTITY_BOUNDS_INVALID"),
]


@pytest.mark.parametrize(("given", "reason"), _REFUSED)
async def test_a_message_that_telegram_would_refuse_is_refused(
    raw: httpx.AsyncClient, ana: client.Phone, given: dict[str, Any], reason: str
) -> None:
    answer = await raw.post("/sendMessage", data={"chat_id": ana.person, **given})

    assert (answer.status_code, answer.json()["ok"]) == (400, False)
    assert answer.json()["description"].startswith("Bad Request: ")
    assert reason in answer.json()["description"]
    assert await ana.messages(by="bot") == []


@pytest.mark.parametrize(
    "given",
    [
        {"text": "x" * 4096},
        {"text": "😀" * 4096},
        {"text": "x", "reply_markup": _keys({**_KEY, "callback_data": "ñ" * 32})},
        {"text": "x", "reply_markup": _keys(_KEY, rows=100)},
        {"text": "x", "reply_markup": _keys(*[_KEY] * 8)},
        {"text": "x", "reply_parameters": '{"message_id":99,"allow_sending_without_reply":true}'},
    ],
)
async def test_a_message_at_the_limit_is_taken(
    raw: httpx.AsyncClient, ana: client.Phone, given: dict[str, Any]
) -> None:
    answer = await raw.post("/sendMessage", data={"chat_id": ana.person, **given})

    assert answer.json()["ok"] is True


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/bot1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/getMe", 401, "Unauthorized"),
        (f"/bot{server.TOKEN}/getEverything", 404, "Not Found"),
        (f"/bot{server.TOKEN}/sendPoll", 400, "Bad Request: method sendPoll is not simulated"),
    ],
)
async def test_who_is_nobody_and_what_is_nothing_is_said_clearly(
    url: str, path: str, status: int, description: str
) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False) as raw:
        answer = await raw.get(path)

    assert answer.json() == {"ok": False, "error_code": status, "description": description}


async def test_a_revoked_token_is_unauthorized(bot: Bot, simulated: client.Simulated) -> None:
    await simulated.post("/control/bots", token=server.TOKEN, revoked=True)

    with pytest.raises(error.InvalidToken):
        await bot.get_me()


async def test_form_json_and_query_are_all_understood(raw: httpx.AsyncClient, ana: client.Phone) -> None:
    message = {"chat_id": ana.person, "text": "x"}

    answers = [
        await raw.post("/sendMessage", data=message),
        await raw.post("/sendmessage", json=message),
        await raw.get("/SendMessage", params=message),
    ]

    assert [answer.json()["result"]["message_id"] for answer in answers] == [2, 3, 4]


async def test_a_person_who_never_started_cannot_be_written_to(bot: Bot, simulated: client.Simulated) -> None:
    stranger = await simulated.person("Ana")

    with pytest.raises(error.Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(stranger.person, "Hello")


async def test_a_person_who_blocked_the_bot_gets_nothing(bot: Bot, ana: client.Phone) -> None:
    await ana.block()

    with pytest.raises(error.Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ana.person, "Hello")


async def test_an_edit_that_changes_nothing_is_said_so(bot: Bot, ana: client.Phone) -> None:
    message = await bot.send_message(ana.person, "<b>x</b>", parse_mode=ParseMode.HTML)

    with pytest.raises(error.BadRequest, match=r"^Message is not modified: specified new message content"):
        await message.edit_text("<strong>x</strong>", parse_mode=ParseMode.HTML)


async def test_an_edit_without_a_keyboard_removes_the_buttons(bot: Bot, ana: client.Phone) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Done", callback_data="d")]])
    message = await bot.send_message(ana.person, "x", reply_markup=keys)

    await message.edit_text("y")

    last = await ana.last()
    assert (last.text, last.buttons, last.edited is not None) == ("y", [], True)


@pytest.mark.parametrize(("message_id", "reason"), [(99, "to edit not found"), (1, "can't be edited")])
async def test_only_own_messages_that_exist_can_be_edited(
    bot: Bot, ana: client.Phone, message_id: int, reason: str
) -> None:
    with pytest.raises(error.BadRequest, match=reason):
        await bot.edit_message_text("x", chat_id=ana.person, message_id=message_id)


async def test_a_deleted_message_is_gone_for_the_person_and_for_edits(bot: Bot, ana: client.Phone) -> None:
    message = await bot.send_message(ana.person, "x")
    await message.delete()

    with pytest.raises(error.BadRequest, match="essage to delete not found"):
        await message.delete()
    assert await ana.messages(by="bot") == []


async def test_a_tap_is_answered_once_only(bot: Bot, ana: client.Phone) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Done", callback_data="d")]])
    await bot.send_message(ana.person, "x", reply_markup=keys)
    await ana.tap("Done", wait=0)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await query.answer("Noted")

    with pytest.raises(error.BadRequest, match="uery is too old and response timeout expired"):
        await query.answer("Noted")


async def test_a_tap_goes_stale_after_a_quarter_of_an_hour() -> None:
    hour = [0.0]
    aged = server.Simulator(monotonic=lambda: hour[0])
    async with server.serve(aged) as url, client.Simulated(url) as simulated, httpx.AsyncClient() as raw:
        ana = await simulated.person("Ana")
        await ana.start()
        await ana.press("old", wait=0)
        query = (await simulated.updates())[-1]["callback_query"]["id"]
        hour[0] += 901
        answer = await raw.post(f"{url}/bot{server.TOKEN}/answerCallbackQuery", data={"callback_query_id": query})

    assert answer.json()["description"].startswith("Bad Request: query is too old")


async def test_a_toast_of_more_than_200_characters_is_refused(bot: Bot, ana: client.Phone) -> None:
    await ana.press("x", wait=0)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None

    with pytest.raises(error.BadRequest):
        await query.answer("x" * 201)


@pytest.mark.parametrize(
    ("command", "description"), [("Stop", "x"), ("stop-now", "x"), ("s" * 33, "x"), ("stop", ""), ("stop", "x" * 257)]
)
async def test_commands_are_held_to_their_limits(raw: httpx.AsyncClient, command: str, description: str) -> None:
    commands = json.dumps([{"command": command, "description": description}])
    answer = await raw.post("/setMyCommands", data={"commands": commands})

    assert answer.json()["description"].startswith("Bad Request: BOT_COMMAND_")


async def test_the_menu_is_in_the_persons_language_else_the_default(bot: Bot, simulated: client.Simulated) -> None:
    await bot.set_my_commands([BotCommand("stop", "Stop")])
    await bot.set_my_commands([BotCommand("stop", "Parar")], language_code="es")

    menus = [await (await simulated.person("Ana", language_code=code)).commands() for code in ("es-ES", "de", None)]

    assert [menu["stop"] for menu in menus] == ["Parar", "Stop", "Stop"]


async def test_a_document_sent_can_be_fetched_again(bot: Bot, ana: client.Phone) -> None:
    sent = await bot.send_document(ana.person, b"BEGIN:VCALENDAR", filename="session.ics", caption="<b>x</b>")
    assert sent.document is not None
    file = await bot.get_file(sent.document.file_id)

    assert bytes(await file.download_as_bytearray()) == b"BEGIN:VCALENDAR"
    assert (await ana.last()).raw["file"]["name"] == "session.ics"


async def test_a_document_that_is_too_large_is_refused(
    bot: Bot, ana: client.Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "FILE_LIMIT", 10)

    with pytest.raises(error.NetworkError, match="Request Entity Too Large"):
        await bot.send_document(ana.person, b"BEGIN:VCALENDAR", filename="session.ics")


def test_every_method_of_the_table_has_a_handler() -> None:
    assert set(table.HANDLERS) == set(schema.METHODS)
