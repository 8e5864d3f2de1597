"""The settings of a clinic: kept as they were meant, refused in a sentence, and held by the organisation above."""

import asyncio
from datetime import time, timedelta
from typing import Any

import pytest

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import access, clinic_settings, clinic_words, clinics, opening, organisations
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import branch_cast, cast

ADMIN = access.Role.ADMIN
Typed = clinic_settings.Typed


@pytest.fixture
async def admin(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """The admin of Dr Bea's only clinic."""
    return await branch_cast.employ(store, (bea, ADMIN))


async def change(
    store: works.Store,
    who: access.Staff,
    typed: Typed,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    *,
    version: int = 1,
    erases: int = 0,
) -> tuple[str, ...]:
    """Change settings in a visit of its own."""
    async with store.writing() as work:
        return await clinic_settings.change(
            work, who, typed, version=version, erases=erases, catalog=catalog, now=clock.now()
        )


async def settings(store: works.Store, who: access.Staff) -> clinic_settings.Settings:
    """Return the settings as `who` sees them."""
    async with store.reading() as work:
        return await clinic_settings.of(work, who)


async def test_all_that_is_typed_is_kept(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    typed = Typed(
        name="Bea Centro",
        phone="+34 911 111 111",
        emergency="061",
        hours="Lun-Vie 9-14, Sáb 10-12",
        zone="Atlantic/Canary",
        languages=("es", "en", "es"),
        default_plan="microneedling",
        quiet=("22:00", "07:30"),
        consent={"en": " We \r\n\r\n\r\n\r\n care\u202e ", "es": ""},
        privacy={"es": "Aquí no."},
        retention="365",
        phone_only=True,
        alert_words=False,
        acknowledge="45",
    )

    changed = await change(store, admin, typed, catalog, clock)

    kept = await settings(store, admin)
    assert set(changed) == set(organisations.SETTINGS) - {"default_plan"}
    assert (kept.name, kept.phone, kept.emergency, kept.zone) == (typed.name, typed.phone, "061", "Atlantic/Canary")
    assert (kept.hours, sorted(kept.week)) == ("Lun-Vie 9-14, Sáb 10-12", [0, 1, 2, 3, 4, 5])
    assert (kept.languages, kept.quiet) == (("es", "en"), hours.Quiet(time(22), time(7, 30)))
    assert (dict(kept.consent), dict(kept.privacy)) == ({"en": "We\n\ncare"}, {"es": "Aquí no."})
    assert (kept.retention_days, kept.phone_only, kept.alert_words, kept.acknowledge_within) == (365, True, False, 45)
    assert kept.version == 2


async def test_what_the_form_has_not_shown_stays(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    before = await settings(store, admin)

    changed = await change(store, admin, Typed(phone="+34 911 111 111", zone=before.zone), catalog, clock)

    after = await settings(store, admin)
    assert changed == ("phone",)
    assert (after.alert_words, after.hours, after.languages) == (True, before.hours, before.languages)


async def test_saving_what_is_so_already_changes_nothing(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    assert await change(store, admin, Typed(name="Bea Skin", retention=""), catalog, clock) == ()
    assert (await settings(store, admin)).version == 1
    assert await branch_cast.rows(store, tables.audit) == []


async def test_a_change_is_noted_without_what_was_typed(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await change(store, admin, Typed(phone="+34 911 111 111", emergency="061"), catalog, clock)

    [row] = await branch_cast.rows(store, tables.audit)
    assert (row.action, row.detail) == ("clinic.changed", {"settings": "phone,emergency"})


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": " "}, "refusal.name"),
    ({"phone": "call me"}, "refusal.phone"),
    ({"emergency": "1" * 201}, "refusal.emergency"),
    ({"hours": "when we like"}, "refusal.hours"),
    ({"zone": "../etc/passwd"}, "console.clinic.refused-zone"),
    ({"zone": ""}, "console.clinic.refused-zone"),
    ({"languages": ("tlh",)}, "console.clinic.refused-languages"),
    ({"languages": ()}, "console.clinic.refused-languages"),
    ({"default_plan": "x"}, "refusal.unknown_plan"),
    ({"quiet": ("21:00", "")}, "console.clinic.refused-quiet"),
    ({"quiet": ("20:00", "13:00")}, "console.clinic.refused-quiet"),
    ({"quiet": ("08:00", "09:00")}, "console.clinic.refused-quiet"),
    ({"quiet": ("late", "early")}, "console.clinic.refused-quiet"),
    ({"quiet": ("21:00+02:00", "08:00")}, "console.clinic.refused-quiet"),
    ({"consent": {"en": "x" * 501}}, "console.clinic.refused-words"),
    ({"retention": "119"}, "console.clinic.refused-retention"),
    ({"retention": "-1"}, "console.clinic.refused-retention"),
    ({"retention": "٣٦٥"}, "console.clinic.refused-retention"),
    ({"retention": "9" * 400}, "console.clinic.refused-retention"),
    ({"acknowledge": ""}, "console.clinic.refused-acknowledge"),
    ({"acknowledge": "0"}, "console.clinic.refused-acknowledge"),
]


async def test_what_cannot_be_kept_is_refused(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    for given, key in REFUSED:
        with pytest.raises(errors.Invalid) as refused:
            await change(store, admin, Typed(**given), catalog, clock)
        assert refused.value.key == key, given
    assert (await settings(store, admin)).version == 1


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("Madrid", "Europe/Madrid"), ("las palmas", "Atlantic/Canary"), ("narnia", ""), ("Asia/Tokyo", "Asia/Tokyo")],
)
async def test_a_zone_may_be_named_by_its_city(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock, typed: str, zone: str
) -> None:
    if not zone:
        with pytest.raises(errors.Invalid):
            await change(store, admin, Typed(zone=typed), catalog, clock)
        return
    await change(store, admin, Typed(zone=typed), catalog, clock)
    assert (await settings(store, admin)).zone == zone


async def test_quiet_hours_may_be_given_up(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await change(store, admin, Typed(quiet=("", "")), catalog, clock)

    quiet = (await settings(store, admin)).quiet
    assert quiet.start == quiet.end


async def test_the_second_of_two_admins_is_told(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await change(store, admin, Typed(phone="+34 911 111 111"), catalog, clock)

    with pytest.raises(errors.Conflict, match=r"refusal\.old"):
        await change(store, admin, Typed(phone="+34 922 222 222"), catalog, clock)
    assert (await settings(store, admin)).phone == "+34 911 111 111"


async def test_of_many_admins_at_once_one_saves(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    phones = [f"+34 911 111 {number}" for number in range(110, 116)]

    done = await asyncio.gather(
        *(change(store, admin, Typed(phone=phone), catalog, clock) for phone in phones), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in done) == ["Conflict"] * 5 + ["tuple"]
    assert (await settings(store, admin)).version == 2


async def test_a_name_that_another_clinic_has_is_refused(
    store: works.Store, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")

    with pytest.raises(errors.Conflict, match="clinic_exists"):
        await change(store, admin, Typed(name="carl skin"), catalog, clock)


async def test_a_time_that_erases_patients_is_kept_only_once_that_is_agreed_to(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    admin: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    await branch_cast.joined(store, bea, catalog, ana, now=clock.now())
    clock.wind(timedelta(days=200))

    with pytest.raises(errors.Invalid) as refused:
        await change(store, admin, Typed(retention="150"), catalog, clock)
    agreed = await change(store, admin, Typed(retention="150"), catalog, clock, erases=1)

    assert (refused.value.key, refused.value.values) == ("console.clinic.refused-retention-count", {"count": "1"})
    assert agreed == ("retention",)


async def test_only_an_admin_may_see_or_change_settings(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    for role in (access.Role.CLINICIAN, access.Role.DESK):
        who = await branch_cast.employ(store, (bea, role))
        with pytest.raises(errors.NotAllowed):
            await change(store, who, Typed(phone="+34 911 111 111"), catalog, clock)
        with pytest.raises(errors.NotAllowed):
            await settings(store, who)


@pytest.fixture
async def norte(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> clinics.ClinicView:
    """Another branch of Dr Bea's."""
    return await branch_cast.branch(store, bea, catalog, now=clock.now())


async def lock(
    store: works.Store, who: access.Staff, *locks: str, catalog: catalogs.Catalog, seen: tuple[str, ...] = ()
) -> bool:
    """Lock settings in a visit of its own."""
    async with store.writing() as work:
        return await organisations.lock(work, who, locks, seen=seen, catalog=catalog)


async def test_what_the_organisation_locks_a_clinic_sees_and_cannot_change(
    store: works.Store,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    admin: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    whole = await branch_cast.employ(store, (bea, ADMIN), (norte, ADMIN))
    assert await lock(store, whole, "phone", "texts.microneedling", catalog=catalog)

    seen = await settings(store, admin)
    with pytest.raises(errors.Conflict, match="refused-locked"):
        await change(store, admin, Typed(phone="+34 911 111 111", emergency="061"), catalog, clock)
    other = await change(store, admin, Typed(phone="+34 910 000 000", emergency="061"), catalog, clock)

    assert (seen.is_fixed("phone"), seen.is_fixed("emergency"), seen.held_by) == (True, False, "Bea Skin")
    assert seen.holders == ("Dana",)
    assert other == ("emergency",)


async def test_who_holds_the_whole_organisation_may_change_what_it_has_locked(
    store: works.Store,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    whole = await branch_cast.employ(store, (bea, ADMIN), (norte, ADMIN))
    await lock(store, whole, "phone", catalog=catalog)

    assert await change(store, whole, Typed(phone="+34 911 111 111"), catalog, clock) == ("phone",)


async def test_an_admin_of_one_clinic_of_two_locks_nothing(
    store: works.Store, norte: clinics.ClinicView, admin: access.Staff, catalog: catalogs.Catalog
) -> None:
    with pytest.raises(errors.NotAllowed, match="refused-whole"):
        await lock(store, admin, "phone", catalog=catalog)


async def test_an_unknown_lock_is_refused_and_the_second_of_two_is_told(
    store: works.Store, bea: clinics.ClinicView, admin: access.Staff, catalog: catalogs.Catalog
) -> None:
    with pytest.raises(errors.Invalid):
        await lock(store, admin, "staff", catalog=catalog)
    await lock(store, admin, "phone", catalog=catalog)

    with pytest.raises(errors.Conflict):
        await lock(store, admin, "name", catalog=catalog)
    assert not await lock(store, admin, "phone", catalog=catalog)
    assert await lock(store, admin, "name", catalog=catalog, seen=("phone",))


def test_opening_hours_are_read_in_spanish_too() -> None:
    english = opening.read("Mon-Wed 9-14, Sat and Sun 10-12")

    assert opening.read("Lun-Mié 9-14, sábado y domingo 10-12") == english
    assert opening.read("lunes-miercoles 9-14, Sab, Dom 10-12") == english


async def test_the_words_of_a_posters_clinic_are_found_while_it_hangs(
    store: works.Store, bea: clinics.ClinicView, admin: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await change(store, admin, Typed(consent={"en": "Our words."}), catalog, clock)
    whose = {"organisation_id": bea.organisation_id, "clinic_id": bea.id, "staff_id": admin.staff_id}
    async with store.writing() as work:
        for id, ended_at in (("hangs", None), ("gone", clock.now())):
            row = {"id": id, "token_hash": id.encode(), "created_at": clock.now(), "ended_at": ended_at}
            await work.run(tables.posters.insert().values(**whose, **row))

        said = [await clinic_words.of_poster(work, id, "en") for id in ("hangs", "gone", "never")]

    assert said == ["Our words.", "", ""]
