"""How updates come to the bot: by long polls, or by the webhook if the settings name one."""

from starlette.routing import BaseRoute

from reminderbot import addresses
from reminderbot import watch as watches
from reminderbot.app import house as houses
from reminderbot.gateway import pointing, poller, transport, webhook


def routes(house: houses.House, telegram: transport.Transport, token: str) -> list[BaseRoute]:
    """Return the route of the webhook, if there is to be one."""
    hook = _hook(house, token)
    if hook is None:
        return []
    path = addresses.path(hook.url)
    return [webhook.route(house.store, bot_id=telegram.bot_id, path=path, secret=hook.secret)]


def receiver(
    house: houses.House, telegram: transport.Transport, token: str, *, owner: str, watch: watches.Watch
) -> poller.Poller | pointing.Pointer:
    """Return what sees to it that updates come, under the poller's seat."""
    hook = _hook(house, token)
    if hook is None:
        return poller.Poller(house.store, telegram, owner=owner, watch=watch)
    return pointing.Pointer(house.store, telegram, hook, owner=owner, watch=watch)


def _hook(house: houses.House, token: str) -> pointing.Hook | None:
    url = house.settings.webhook_url
    return None if url is None else pointing.Hook(url, webhook.secret(token))
