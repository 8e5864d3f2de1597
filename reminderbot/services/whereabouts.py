"""Where somebody is, as far as we want to know it: the zones of the clocks there. Coordinates are not for keeping."""

from typing import Any, Final

from reminderbot.catalog import coordinates

ZONES: Final = "zones"
"""The field that stands for the coordinates of a place."""

_TOLD: Final = ("title", "address", "foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
"""What a venue says of where it is, besides."""


def stripped(update: Any) -> Any:
    """Take from a raw update, in place, every coordinate and every venue's address; zones stand in for them.

    Nothing in an update may fail here, however it is nested: what comes from outside is walked without recursion.
    """
    left = [update]
    while left:
        thing = left.pop()
        if isinstance(thing, dict):
            _strip(thing)
            left += thing.values()
        elif isinstance(thing, list):
            left += thing
    return update


def _strip(thing: dict[str, Any]) -> None:
    if "latitude" in thing or "longitude" in thing:
        zones = _zones(thing.get("latitude"), thing.get("longitude"))
        live = {name: thing[name] for name in ("live_period",) if name in thing}
        thing.clear()
        thing.update({"latitude": 0.0, "longitude": 0.0, **live, ZONES: zones})
    elif "location" in thing and "address" in thing:
        thing.update({name: "" for name in _TOLD if name in thing})


def _zones(latitude: object, longitude: object) -> list[str]:
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return []
    return list(coordinates.zones_near(latitude, longitude))
