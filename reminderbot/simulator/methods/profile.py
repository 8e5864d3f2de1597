"""Methods about the bot itself: its commands, name, descriptions and menu button."""

import re
from typing import Any

from reminderbot.simulator import objects, refusals, world
from reminderbot.simulator.methods import calls

COMMANDS_LIMIT = 100
_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(call: calls.Call) -> dict[str, Any]:
    """Answer getMe."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": call.bot.reads_groups,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return {**objects.bot_user(call.bot), **abilities}


def set_my_commands(call: calls.Call) -> bool:
    """Answer setMyCommands: one list for each scope and language."""
    given = call.params["commands"]
    if len(given) > COMMANDS_LIMIT:
        raise refusals.bad("BOT_COMMANDS_TOO_MUCH")
    for command in given:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", command["command"]):
            raise refusals.bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"].strip()) <= 256:
            raise refusals.bad("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[_place(call)] = [{**c, "command": c["command"].lstrip("/")} for c in given]
    return _shown(call)


def get_my_commands(call: calls.Call) -> list[dict[str, str]]:
    """Answer getMyCommands: exactly what was set for this scope and language."""
    return call.bot.commands.get(_place(call), [])


def delete_my_commands(call: calls.Call) -> bool:
    """Answer deleteMyCommands."""
    call.bot.commands.pop(_place(call), None)
    return _shown(call)


def commands_for(bot: world.Bot, chat_id: int, language: str | None) -> list[dict[str, str]]:
    """Return what a chat's menu shows: the narrowest scope first, the person's language before the default."""
    kind = "all_private_chats" if chat_id > 0 else "all_group_chats"
    for scope in (f"chat {chat_id}", kind, "default"):
        for code in ((language or "")[:2], ""):
            if found := bot.commands.get((scope, code)):
                return found
    return []


def text_for(texts: world.Profile, language: str | None, default: str = "") -> str:
    """Return a text of the profile in a person's language, else the default one."""
    return texts.get((language or "")[:2]) or texts.get("") or default


def set_my_name(call: calls.Call) -> bool:
    """Answer setMyName."""
    return _set(call, call.bot.names, "name")


def get_my_name(call: calls.Call) -> dict[str, str]:
    """Answer getMyName."""
    return {"name": text_for(call.bot.names, _language(call), call.bot.first_name)}


def set_my_description(call: calls.Call) -> bool:
    """Answer setMyDescription: what an empty chat shows before Start."""
    return _set(call, call.bot.about, "description")


def get_my_description(call: calls.Call) -> dict[str, str]:
    """Answer getMyDescription."""
    return {"description": text_for(call.bot.about, _language(call))}


def set_my_short_description(call: calls.Call) -> bool:
    """Answer setMyShortDescription."""
    return _set(call, call.bot.short, "short_description")


def get_my_short_description(call: calls.Call) -> dict[str, str]:
    """Answer getMyShortDescription."""
    return {"short_description": text_for(call.bot.short, _language(call))}


def set_chat_menu_button(call: calls.Call) -> bool:
    """Answer setChatMenuButton; without a chat it is the default for all (kept under 0)."""
    call.bot.menus[call.params.get("chat_id", 0)] = call.params.get("menu_button", {"type": "default"})
    return _shown(call)


def get_chat_menu_button(call: calls.Call) -> dict[str, Any]:
    """Answer getChatMenuButton."""
    default = call.bot.menus.get(0, {"type": "commands"})
    return call.bot.menus.get(call.params.get("chat_id", 0), default)


def _set(call: calls.Call, texts: world.Profile, key: str) -> bool:
    text = call.params.get(key, "")
    if len(text) > _LIMITS[key]:
        raise refusals.bad(f"{key.replace('_', ' ')} is too long")
    if text:
        texts[_language(call)] = text
    else:
        texts.pop(_language(call), None)
    return _shown(call)


def _shown(call: calls.Call) -> bool:
    """Let every open phone of this bot see the change."""
    for talk in call.state.conversations():
        if talk.bot is call.bot:
            call.state.touch(talk)
    return True


def _place(call: calls.Call) -> tuple[str, str]:
    scope = call.params.get("scope", {"type": "default"})
    ids = [str(scope[key]) for key in ("chat_id", "user_id") if key in scope]
    return " ".join([scope["type"], *ids]), _language(call)


def _language(call: calls.Call) -> str:
    code = str(call.params.get("language_code", ""))
    if not re.fullmatch(r"([a-z]{2})?", code):
        raise refusals.bad("invalid language code specified")
    return code
