"""Methods by which updates reach a bot: polling and the webhook; and the bot's own session."""

import re
from typing import Any
from urllib.parse import urlsplit

from reminderbot.simulator import refusals
from reminderbot.simulator.methods import calls

POLL_LIMIT_SECONDS = 50
_PORTS = {443, 80, 88, 8443}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


async def get_updates(call: calls.Call) -> list[dict[str, Any]]:
    """Answer getUpdates: long polling, one poller, an offset that confirms."""
    if call.bot.id in call.state.webhooks:
        raise refusals.conflict(_WEBHOOK_ACTIVE)
    limit = call.params.get("limit", 100)
    box = call.state.mailboxes[call.bot.id]
    box.allow(call.params.get("allowed_updates"))
    return await box.read(
        offset=call.params.get("offset", 0),
        limit=limit if 1 <= limit <= 100 else 100,
        seconds=min(max(call.params.get("timeout", 0), 0), POLL_LIMIT_SECONDS),
    )


def set_webhook(call: calls.Call) -> bool:
    """Answer setWebhook; plain HTTP and any port are taken on the loopback only."""
    url, secret = call.params["url"], call.params.get("secret_token", "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise refusals.bad("secret token contains unallowed characters")
    _hold_url(url)
    box = call.state.mailboxes[call.bot.id]
    box.allow(call.params.get("allowed_updates"))
    if call.params.get("drop_pending_updates"):
        box.drop()
    call.state.set_webhook(call.bot, url=url, secret=secret)
    return True


def delete_webhook(call: calls.Call) -> bool:
    """Answer deleteWebhook."""
    if call.params.get("drop_pending_updates"):
        call.state.mailboxes[call.bot.id].drop()
    call.state.drop_webhook(call.bot)
    return True


def get_webhook_info(call: calls.Call) -> dict[str, Any]:
    """Answer getWebhookInfo."""
    box, hook = call.state.mailboxes[call.bot.id], call.state.webhooks.get(call.bot.id)
    info: dict[str, Any] = {"url": hook.url if hook else "", "has_custom_certificate": False}
    info["pending_update_count"] = len(box.waiting())
    if box.allowed():
        info["allowed_updates"] = box.allowed()
    if hook and hook.error:
        info |= {"last_error_date": hook.error_date, "last_error_message": hook.error}
    return info


def end_session(call: calls.Call) -> bool:
    """Answer logOut and close: the simulator keeps no session that could end."""
    call.state.drop_webhook(call.bot)
    return True


def _hold_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.hostname in _LOOPBACK and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https":
        raise refusals.bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in _PORTS:
        raise refusals.bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
