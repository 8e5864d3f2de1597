"""The pages of a clinic's settings, of the chain, and of changes of clinic or phone."""

import re
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import branch_cast, cast
from tests.web.console import desk

VERSION = re.compile(r'name="version" value="(\d+)"')
FIELD = re.compile(r'<(?:input|textarea|select)[^>]*\bname="([a-z_-]+)"')
FORM = {
    "name": "Bea Skin",
    "phone": "+34 910 000 000",
    "emergency": "+34 910 000 112",
    "hours": "Mon-Fri 9:00-18:00, Sat 10-14",
    "zone": "Europe/Madrid",
    "language": "en",
    "languages": "es",
    "default_plan": "microneedling",
    "quiet_from": "21:00",
    "quiet_to": "08:00",
    "alert_words": "yes",
    "acknowledge": "30",
    "retention": "",
    "version": "1",
}
SHOWN = [
    *("name", "phone", "emergency", "hours", "zone", "languages", "default_plan", "quiet"),
    *("consent", "privacy", "retention", "phone_only", "alert_words", "acknowledge"),
]


async def save(browser: desk.Browser, shown: list[str] | None = None, **typed: str):
    """Send the settings as they stand, but for what is typed."""
    form = {**FORM, **typed, "shown": SHOWN if shown is None else shown}
    return await browser.post("/clinic", form)  # type: ignore[arg-type]


async def clinic_row(store: works.Store, clinic: clinics.ClinicView):
    """Return a clinic's row."""
    [row] = await branch_cast.rows(store, tables.clinics, id=clinic.id)
    return row


@pytest.fixture
async def norte(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> clinics.ClinicView:
    """Another branch of Dr Bea's."""
    return await branch_cast.branch(store, bea, catalog, now=clock.now())


@pytest.fixture
async def whole(
    app: FastAPI, store: works.Store, bea: clinics.ClinicView, norte: clinics.ClinicView
) -> AsyncIterator[desk.Browser]:
    """An admin of both branches, signed in at Dr Bea's first clinic."""
    who = await branch_cast.employ(store, (bea, access.Role.ADMIN), (norte, access.Role.ADMIN))
    async with desk.browser(app) as opened:
        opened.client.cookies.set("reminderbot", await desk.cookie(store, who))
        opened.who = who
        yield opened


async def test_the_settings_are_shown_with_the_week_that_the_hours_mean(admin: desk.Browser) -> None:
    page = await admin.get("/clinic")

    said = desk.text(page)
    assert page.status_code == 200
    assert all(words in said for words in ("Monday 09:00–18:00", "Saturday 10:00–14:00", "Sunday closed"))
    assert set(SHOWN) == set(re.findall(r'name="shown" value="([a-z_]+)"', page.text))


async def test_a_form_that_is_sent_as_it_is_shown_changes_nothing(
    admin: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    answer = await save(admin)

    assert answer.headers["location"] == "/console/clinic?done=clinic-same"
    assert set(FIELD.findall((await admin.get("/clinic")).text)) >= set(FORM) | {"consent-en", "privacy-es"}
    assert (await clinic_row(store, bea)).version == 1


async def test_what_is_saved_is_said_with_whom_it_reaches(
    admin: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    answer = await save(admin, hours="Mon-Fri 8-20", quiet_from="22:00", phone="+34 911 111 111")

    page = await admin.client.get(answer.headers["location"])
    said = desk.text(page)
    assert (await clinic_row(store, bea)).phone == "+34 911 111 111"
    assert "follows the new hours from now on" in said
    assert "Patients you have keep theirs (0)." in said
    assert "Monday 08:00–20:00" in said


async def test_a_box_that_is_not_ticked_is_a_no_and_stays_so_when_the_form_comes_back(
    admin: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    form = {name: value for name, value in FORM.items() if name not in ("alert_words", "phone")}
    answer = await admin.post("/clinic", {**form, "phone": "call me", "phone_only": "yes", "shown": SHOWN})  # type: ignore[dict-item]

    assert answer.status_code == 422
    assert 'value="call me"' in answer.text
    assert re.search(r'name="phone_only"[^>]*checked', answer.text)
    assert not re.search(r'name="alert_words"[^>]*checked', answer.text)
    assert (await clinic_row(store, bea)).version == 1


async def test_the_second_of_two_admins_sees_what_the_first_has_saved_and_loses_nothing(
    admin: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    await save(admin, phone="+34 911 111 111")

    late = await save(admin, phone="+34 922 222 222", emergency="061")
    again = await save(admin, phone="+34 922 222 222", emergency="061", version=VERSION.findall(late.text)[0])

    said = desk.text(late)
    assert late.status_code == 409
    assert "Somebody else has changed this" in said
    assert "Saved now: +34 911 111 111" in said
    assert 'value="+34 922 222 222"' in late.text
    assert again.status_code == 303
    assert (await clinic_row(store, bea)).phone == "+34 922 222 222"


async def test_wording_and_retention_ask_for_the_second_factor_again_and_keep_what_was_typed(
    admin: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.sign_ins).values(proven_at=None))

    asked = await save(admin, **{"consent-en": "Our own words."})
    phone = await save(admin, phone="+34 911 111 111")

    assert (asked.status_code, phone.status_code) == (403, 303)
    assert "second factor" in desk.text(asked)
    assert (await clinic_row(store, bea)).consent_words is None


async def test_own_words_are_kept_and_escaped_where_they_are_shown(
    admin: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    await save(admin, **{"consent-en": "</textarea><b>Hi</b>", "privacy-es": "Aquí."})

    page = await admin.get("/clinic")
    row = await clinic_row(store, bea)
    assert (row.consent_words, row.privacy_words) == ({"en": "</textarea><b>Hi</b>"}, {"es": "Aquí."})
    assert "&lt;/textarea&gt;&lt;b&gt;Hi" in page.text


async def test_a_time_that_erases_patients_shows_how_many_and_a_box(
    admin: desk.Browser,
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        for table, column in ((tables.patients, "created_at"), (tables.treatments, "starts_at")):
            await work.run(update(table).values({column: cast.at(1, 9, month=1)}))
        await work.run(update(tables.reminders).values(state="expired"))
        await work.run(update(tables.patients).values(latest_at=cast.at(1, 9, month=1)))

    asked = await save(admin, retention="150")
    done = await save(admin, retention="150", erases="1")

    assert asked.status_code == 422
    assert "Yes, erase the one patient" in desk.text(asked)
    assert done.status_code == 303
    assert (await clinic_row(store, bea)).retention_days == 150


async def test_the_week_is_shown_while_hours_are_typed(admin: desk.Browser) -> None:
    week = await admin.get("/clinic/week", hours="Lun-Vie 9-14")
    wrong = await admin.get("/clinic/week", hours="whenever")

    assert "Tuesday 09:00–14:00" in desk.text(week)
    assert "I cannot read these opening hours" in desk.text(wrong)


async def test_settings_and_chain_are_for_admins(
    clinician: desk.Browser, front: desk.Browser, stranger: desk.Browser
) -> None:
    for path in ("/clinic", "/clinic/week", "/chain"):
        assert (await clinician.get(path)).status_code == 403
        assert (await front.get(path)).status_code == 403
        assert (await stranger.get(path)).status_code == 303
    assert (await front.post("/clinic", FORM)).status_code == 403
    assert (await clinician.post("/chain/locks", {"locks": "phone"})).status_code == 403


async def test_carl_changes_his_own_clinic_and_no_other(
    carl: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    answer = await save(carl, name="Carl Skin", phone="+34 933 333 333", id=bea.id, clinic_id=bea.id)

    assert answer.status_code == 303
    assert (await clinic_row(store, bea)).phone == "+34 910 000 000"
    assert "Bea" not in desk.text(await carl.get("/clinic")) + desk.text(await carl.get("/chain"))


async def test_locks_are_set_by_who_holds_all_clinics_and_shown_to_the_others(
    whole: desk.Browser, admin: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    done = await whole.send("/chain/locks", {"seen": "", "locks": ["phone", "hours"]}, seen="/chain")  # type: ignore[dict-item]
    page = await admin.get("/clinic")
    tried = await save(admin, phone="+34 911 111 111")
    rest = await save(admin, [name for name in SHOWN if name not in ("phone", "hours")], emergency="061")

    said = desk.text(page)
    assert done.headers["location"].endswith("done=locks-saved")
    assert "Phone that patients call +34 910 000 000 Bea Skin sets this for all its clinics. Ask Dana." in said
    assert not re.search(r'name="phone"', page.text)
    assert tried.status_code == 409
    assert "has locked one of these settings" in desk.text(tried)
    assert rest.status_code == 303
    assert (await clinic_row(store, bea)).emergency == "061"


async def test_the_chain_shows_each_clinic_and_only_who_holds_all_may_lock(
    whole: desk.Browser, admin: desk.Browser, front: desk.Browser
) -> None:
    both, one = await whole.get("/chain"), await admin.get("/chain")

    assert all(name in desk.text(both) for name in ("Bea Skin", "Bea Norte", "All of these"))
    assert "Bea Norte" not in desk.text(one)
    assert "no admin there: 1 more" in desk.text(one)
    assert 'name="locks"' in both.text
    assert 'name="locks"' not in one.text
    refused = await admin.post("/chain/locks", {"locks": "phone", "seen": ""})
    assert refused.status_code == 403


async def test_locking_asks_for_the_second_factor(whole: desk.Browser, store: works.Store) -> None:
    async with store.writing() as work:
        await work.run(update(tables.sign_ins).values(proven_at=None))

    assert (await whole.post("/chain/locks", {"locks": "phone", "seen": ""})).status_code == 403


async def test_the_chain_counts_what_was_sent_failed_and_waits(
    whole: desk.Browser,
    store: works.Store,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    made = await cast.invite(store, bea, catalog, now=clock.now())
    await cast.sent(store, made.treatment_id, "eve", "ride-home", "day-1", now=clock.now())
    await cast.set_rows(store, made.treatment_id, "eve", sent_at=cast.at(10, 9))
    await cast.set_rows(store, made.treatment_id, "day-2", state="rejected", due_at=cast.at(20, 9))
    [invite] = await branch_cast.rows(store, tables.invites, id=made.invite_id)
    async with store.writing() as work:
        await work.run(update(tables.patients).values(standing="joined"))
        case = {"id": "c", "kind": "worry", "subject": "w", "raised_at": cast.at(20, 9), "due_at": cast.at(21, 9)}
        whose = {"organisation_id": bea.organisation_id, "clinic_id": bea.id, "patient_id": invite.patient_id}
        await work.run(tables.cases.insert().values(**case, **whose))

    rows = re.findall(r"<tr>(.*?)</tr>", (await whole.get("/chain")).text, re.DOTALL)

    figures = {re.sub(r"<[^>]+>", " ", row).split()[1]: re.sub(r"<[^>]+>", " ", row).split() for row in rows}
    assert figures["Skin"] == ["Bea", "Skin", "1", "1", "0", "0", "0", "2", "3", "1", "75", "%"]
    assert figures["Norte"] == ["Bea", "Norte", "0", "0", "0", "0", "0", "0", "0", "0", "–"]


async def test_a_change_of_clinic_is_shown_first_and_done_once(
    whole: desk.Browser,
    store: works.Store,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    made = await cast.invite(store, bea, catalog, now=clock.now())
    [invite] = await branch_cast.rows(store, tables.invites, id=made.invite_id)
    path = f"/patients/{invite.patient_id}/branch"

    asked, shown = await whole.get(path), await whole.get(path, to=norte.id)
    [before] = await branch_cast.rows(store, tables.patients, id=invite.patient_id)
    done = await whole.send(path, {"to": norte.id}, seen=f"{path}?to={norte.id}")
    [after] = await branch_cast.rows(store, tables.patients, id=invite.patient_id)

    assert asked.status_code == 200
    said = desk.text(shown)
    assert "1 session ahead goes along" in said
    assert "9 reminders go along" in said
    assert "cannot be told in a chat. Tell them yourself: Bea Norte, +34 910 000 222" in said
    assert (before.clinic_id, after.clinic_id) == (bea.id, norte.id)
    assert done.headers["location"] == "/console/patients?done=handed-over"
    assert (await whole.get(path)).status_code == 404


async def test_the_pages_of_a_foreign_patient_are_not_there(
    carl: desk.Browser,
    store: works.Store,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    carls: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    made = await cast.invite(store, bea, catalog, now=clock.now())
    [invite] = await branch_cast.rows(store, tables.invites, id=made.invite_id)
    for name in ("branch", "new-phone"):
        path = f"/patients/{invite.patient_id}/{name}"
        assert (await carl.get(path)).status_code == 404
        assert (await carl.post(path, {"to": carls.id})).status_code == 404


async def test_a_clinic_to_choose_is_refused_where_there_is_no_right(
    admin: desk.Browser,
    store: works.Store,
    bea: clinics.ClinicView,
    norte: clinics.ClinicView,
    carls: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    made = await cast.invite(store, bea, catalog, now=clock.now())
    [invite] = await branch_cast.rows(store, tables.invites, id=made.invite_id)
    path = f"/patients/{invite.patient_id}/branch"

    page = await admin.get(path, to=norte.id)
    refused = [await admin.post(path, {"to": to}) for to in (norte.id, carls.id, "x" * 40, "")]

    assert "There is no other clinic" in desk.text(page)
    assert [answer.status_code for answer in refused] == [422] * 4
    assert "You may not hand patients over to that clinic" in desk.text(refused[0])


async def test_a_new_phone_leads_to_the_fresh_invite(
    front: desk.Browser, store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    made = await cast.invite(store, bea, catalog, now=clock.now())
    [invite] = await branch_cast.rows(store, tables.invites, id=made.invite_id)
    path = f"/patients/{invite.patient_id}/new-phone"

    shown = await front.get(path)
    done = await front.send(path)

    fresh = [row for row in await branch_cast.rows(store, tables.invites) if row.revoked_at is None]
    assert "tomorrow, Tuesday 24 November" in desk.text(shown)
    assert [row.patient_id for row in fresh] == [invite.patient_id]
    assert done.headers["location"] == f"/console/invites/{fresh[0].id}?done=phone-changed"


async def test_every_page_is_there_in_spanish(whole: desk.Browser, store: works.Store) -> None:
    async with store.writing() as work:
        await work.run(update(tables.staff).values(language="es"))

    assert "Horario" in desk.text(await whole.get("/clinic"))
    assert "Preocupaciones tarde" in desk.text(await whole.get("/chain"))
