"""The wording editor in the console: books, one text in its languages, preview, drafts, two admins at once."""

import html
import re

import pytest
from fastapi import FastAPI

from reminderbot.services import access, clinics
from reminderbot.store import work as works
from tests.web.console import desk

PLAN = "/wording/microneedling"
EVE = f"{PLAN}/step.eve"


def field(page: str, name: str, language: str = "en") -> str:
    """Return what stands in a field of one language's form."""
    form = page[page.index(f'action="/console{EVE}/{language}"') :]
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', form)
    if name == "body":
        found = re.search(r'<textarea[^>]*name="body"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    return html.unescape(found[1]) if found else ""


async def draft(browser: desk.Browser, body: str, *, version: str = "0", source: str = "", language: str = "en"):
    form = {"body": body, "source": source, "version": version}
    return await browser.send(f"{EVE}/{language}", form, seen=EVE)


async def typed(browser: desk.Browser, body: str, *, version: str = "0", source: str = ""):
    """Send what the page sends of itself while somebody types."""
    form = {"_csrf": await browser.token(), "body": body, "source": source, "version": version}
    headers = {"Origin": desk.ADDRESS, "HX-Request": "true"}
    return await browser.client.post(f"/console{EVE}/en?form=open", data=form, headers=headers)


async def previewed(browser: desk.Browser, body: str, *, source: str = ""):
    return await browser.post(f"{EVE}/en/preview", {"body": body, "source": source})


async def test_the_books_are_the_plans_and_the_bots_own_words(admin: desk.Browser) -> None:
    shown = await admin.get("/wording")

    assert "Plan: Microneedling" in desk.text(shown)
    assert '<a href="/console/wording/words">' in shown.text


async def test_the_navigation_leads_to_the_wording_for_who_may_read_it(
    admin: desk.Browser, clinician: desk.Browser, front: desk.Browser
) -> None:
    link = 'href="/console/wording"'

    assert [link in (await each.get("/today")).text for each in (admin, clinician, front)] == [True, True, False]


async def test_a_plans_texts_stand_in_the_order_in_which_a_patient_gets_them(admin: desk.Browser) -> None:
    shown = await admin.get(PLAN)

    order = re.findall(rf'href="/console{PLAN}/(step\.[a-z0-9-]+)#body-en"', shown.text)
    assert order[:4] == ["step.eve", "step.ride-home", "step.day-1", "step.day-2"]
    assert "1 day before, 19:00" in desk.text(shown)
    assert "Ana, your session: Tuesday 24 November" in desk.text(shown)
    assert "90 minutes after the start" in desk.text(shown)
    assert "1 day after, in the morning" in desk.text(shown)


async def test_the_bots_own_words_can_be_searched(admin: desk.Browser) -> None:
    shown = await admin.get("/wording/words", q="button.worried")

    assert re.findall(r'<h2><a href="/console/wording/words/([a-z._-]+)#body-en"', shown.text) == ["button.worried"]


async def test_every_text_of_every_book_opens(admin: desk.Browser) -> None:
    for book in ("microneedling", "words"):
        listed = (await admin.get(f"/wording/{book}")).text
        keys = re.findall(rf'<h2><a href="/console/wording/{book}/([^"]+)"', listed)
        for key in keys[:: 1 if book == "microneedling" else 40]:
            assert (await admin.get(f"/wording/{book}/{key}")).status_code == 200, key


async def test_a_book_or_a_text_that_is_none_is_not_there(admin: desk.Browser) -> None:
    for path in ("/wording/no-such", f"{PLAN}/no.such", f"{PLAN}/button.worried", "/wording/words/step.eve"):
        assert (await admin.get(path)).status_code == 404, path
    for path in (f"{PLAN}/no.such/en", f"{EVE}/de", f"{EVE}/de/preview", f"{EVE}/de/take"):
        assert (await admin.post(path, {"body": "x"})).status_code == 404, path


async def test_the_editor_shows_both_languages_the_blanks_and_the_facts(admin: desk.Browser) -> None:
    shown = await admin.get(EVE)

    assert {'id="body-en"', 'id="body-es"'} <= set(re.findall(r'id="body-e[ns]"', shown.text))
    assert 'data-before="{{ clinic_phone }}"' in shown.text
    assert "Phone number of the clinic" in desk.text(shown)
    assert "What this text rests on" in desk.text(shown)
    assert "Ana, your session:" in desk.text(shown)


async def test_the_editor_previews_with_the_clinics_own_name_in_each_language(admin: desk.Browser) -> None:
    shown = desk.text(await admin.get(EVE))

    assert "Bea Skin can tell you more" in shown
    assert "martes 24 de noviembre" in shown  # the evening before: the invented session is tomorrow


async def test_a_draft_is_kept_and_shown_again(admin: desk.Browser) -> None:
    answer = await draft(admin, "Come rested.\r\n\r\nBring water.  ")

    assert answer.headers["location"] == f"/console{EVE}?done=wording-saved"
    assert field((await admin.get(EVE)).text, "body") == "Come rested.\n\nBring water."
    assert "Draft Written by Dana admin" in desk.text(await admin.get(PLAN))
    assert "1 with a draft" in desk.text(await admin.get("/wording"))


async def test_typing_keeps_the_draft_and_hands_on_its_version(admin: desk.Browser) -> None:
    first = await typed(admin, "Come rested.")
    version = re.search(r'name="version" value="(\d+)"', first.text)
    second = await typed(admin, "Come rested, please.", version=version[1] if version else "")

    assert "Draft kept, last changed by Dana admin" in desk.text(second)
    assert "<html" not in second.text
    assert field((await admin.get(EVE)).text, "body") == "Come rested, please."


async def test_of_two_admins_the_second_is_told_who_was_first_and_both_texts_are_kept(
    store: works.Store, bea: clinics.ClinicView, app: FastAPI, admin: desk.Browser
) -> None:
    async with desk.signed_in(app, store, bea, access.Role.ADMIN) as other:
        await typed(admin, "The first text.")
        late = await typed(other, "The second")
        later = await typed(other, "The second text.")
        shown = await other.get(EVE)

        assert "Dana admin changed this text before you." in desk.text(late)
        assert 'name="version" value="0"' in later.text  # the ground on which the second goes on writing
        assert field(shown.text, "body") == "The first text."
        assert shown.text.count("formaction=") - shown.text.count("/discard") == 1
        assert "The second text." in desk.text(shown)


async def test_the_draft_and_the_text_kept_aside_stand_side_by_side_word_by_word(
    store: works.Store, bea: clinics.ClinicView, app: FastAPI, admin: desk.Browser
) -> None:
    async with desk.signed_in(app, store, bea, access.Role.ADMIN) as other:
        await typed(admin, "Come rested and bring water.")
        beside = await typed(other, "Come rested and bring tea.")
        shown = await other.get(EVE)

    for page in (beside, shown):
        assert "The draft that stands Come rested and bring [taken out: water ] ." in desk.text(page)
        assert "Kept beside it Come rested and bring [put in: tea ] ." in desk.text(page)


async def test_the_text_kept_aside_can_be_used_and_the_other_is_kept_instead(
    store: works.Store, bea: clinics.ClinicView, app: FastAPI, admin: desk.Browser
) -> None:
    async with desk.signed_in(app, store, bea, access.Role.ADMIN) as other:
        await typed(admin, "The first text.")
        await draft(other, "The second text.", source="Our own records")
        shown = (await other.get(EVE)).text
        aside = re.search(r'name="aside" value="(\w+)"', shown)
        form = {"aside": aside[1] if aside else "", "body": field(shown, "body"), "version": field(shown, "version")}
        await other.send(f"{EVE}/en/take", form, seen=EVE)
        after = await other.get(EVE)

    assert field(after.text, "body") == "The second text."
    assert field(after.text, "source") == "Our own records"
    assert "The first text." in desk.text(after)


async def test_what_is_typed_is_kept_too_when_another_text_is_used(
    store: works.Store, bea: clinics.ClinicView, app: FastAPI, admin: desk.Browser
) -> None:
    async with desk.signed_in(app, store, bea, access.Role.ADMIN) as other:
        await typed(admin, "The first text.")
        await typed(other, "The second text.")
        shown = (await other.get(EVE)).text
        aside = re.search(r'name="aside" value="(\w+)"', shown)
        form = {"aside": aside[1] if aside else "", "body": "A third text.", "version": field(shown, "version")}
        await other.send(f"{EVE}/en/take", form, seen=EVE)
        after = desk.text(await other.get(EVE))

    assert "The second text." in after
    assert "A third text." in after


async def test_a_text_that_is_kept_no_more_cannot_be_used_and_what_was_typed_stays(admin: desk.Browser) -> None:
    answer = await admin.send(f"{EVE}/en/take", {"aside": "0" * 32, "body": "Mine.", "version": "0"}, seen=EVE)

    assert answer.status_code == 409
    assert field(answer.text, "body") == "Mine."


async def test_a_draft_is_discarded(admin: desk.Browser) -> None:
    before = field((await admin.get(EVE)).text, "body")
    await draft(admin, "Come rested.")
    await admin.send(f"{EVE}/en/discard", seen=EVE)
    shown = await admin.get(EVE)

    assert field(shown.text, "body") == before
    assert "Drop the draft" not in desk.text(shown)


async def test_a_text_that_is_too_long_to_keep_is_refused_and_stays_in_the_form(admin: desk.Browser) -> None:
    long = "word " * 5000
    answer, part = await draft(admin, long), await typed(admin, long)

    assert answer.status_code == part.status_code == 422
    assert "at most 20000 characters" in desk.text(answer)
    assert field(answer.text, "body").strip() == long.strip()
    assert "at most 20000 characters" in desk.text(part)
    assert "<html" not in part.text


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Hello {{ first_nam }}.", "unknown blank “first_nam”. What to do: did you mean “first_name”?"),
        ("One.\n<b>Two.", "Line 2: <b> is never closed. What to do: write </b>"),
        ("One {{ day", "Line 1: “{{” is not closed"),
        ("{% include 'x' %}", "is not allowed"),
        ("{{ first_name.__class__ }}", "is not a blank"),
        ("<script>alert(1)</script>", "Line 1: <script> is not allowed"),
        ('<a href="javascript:x">y</a>', "a link that is not to https://"),
        ("5 < 6", "a bare <"),
        ("", "the text can come out empty"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_preview_with_its_line_and_remedy(
    admin: desk.Browser, body: str, told: str
) -> None:
    answer = await previewed(admin, body)

    assert answer.status_code == 200
    assert told in desk.text(answer)


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '<img src=x onerror="x">', "<b onclick=x>y</b>", "<b>x"]
)
async def test_hostile_markup_is_shown_as_it_was_typed_and_never_as_markup(admin: desk.Browser, hostile: str) -> None:
    for answer in (await previewed(admin, hostile), await draft(admin, hostile), await admin.get(EVE)):
        assert hostile not in answer.text


async def test_a_good_text_is_previewed_as_telegram_shows_it(admin: desk.Browser) -> None:
    answer = await previewed(admin, "<b>{{ first_name }}</b> &amp; {{ clinic_name }}")

    assert "<b>Ana</b> &amp; Bea Skin" in answer.text
    assert "&lt;b&gt;محمد" in answer.text  # the longest value is escaped where it is filled in


async def test_length_grade_and_the_longest_sentence_are_measured(admin: desk.Browser) -> None:
    hard = "Postprocedural photoprotection facilitates physiological regeneration of compromised epidermal tissue."
    answer = desk.text(await previewed(admin, "Short one. " + hard + " {{ first_name }}" * 70))

    assert re.search(r"4\d\d\d of 4096 characters, with the longest values", answer)
    assert "it can be 4" in answer  # said as something that cannot be sent
    assert "too hard for many" in answer
    assert "Longest sentence: 70 words." in answer


async def test_a_changed_text_is_the_clinics_own_advice_and_its_figures_ask_for_a_source(admin: desk.Browser) -> None:
    bare = desk.text(await previewed(admin, "Wait 48 hours. Then call {{ clinic_phone }}."))
    sourced = desk.text(await previewed(admin, "Wait 48 hours.", source="Our own records"))

    assert "Your clinic's own advice" in bare
    assert "Figures of your own: 48 Say below the text what they rest on." in bare
    assert "What this text rests on" not in bare
    assert "Figures of your own: 48" in sourced
    assert "Say below" not in sourced


async def test_a_clinician_reads_and_does_not_write(clinician: desk.Browser) -> None:
    shown = await clinician.get(EVE)

    assert "<textarea" not in shown.text
    assert "Ana, your session:" in desk.text(shown)
    assert (await clinician.post(f"{EVE}/en", {"body": "x"})).status_code == 403
    assert (await clinician.post(f"{EVE}/en/discard")).status_code == 403


async def test_the_front_desk_sees_no_wording(front: desk.Browser) -> None:
    for path in ("/wording", PLAN, EVE):
        assert (await front.get(path)).status_code == 403


async def test_a_draft_of_one_clinic_is_none_of_anothers(admin: desk.Browser, carl: desk.Browser) -> None:
    await draft(admin, "Only Dr Bea says so.")

    assert "Only Dr Bea" not in (await carl.get(EVE)).text


async def test_what_is_typed_while_the_sign_in_ends_stays_in_the_page(admin: desk.Browser) -> None:
    token = await admin.token()
    admin.client.cookies.delete("reminderbot")
    headers = {"Origin": desk.ADDRESS, "HX-Request": "true"}
    answer = await admin.client.post(f"/console{EVE}/en?form=open", data={"_csrf": token, "body": "x"}, headers=headers)

    assert "HX-Refresh" not in answer.headers


PASTED = "<p>Hello\u00a0<strong>{{ first_name }}</strong>,</p><p>no sun <i>today</p>"


async def test_pasted_text_is_proposed_as_telegram_takes_it_and_changed_only_by_a_yes(admin: desk.Browser) -> None:
    shown = await previewed(admin, PASTED)
    await draft(admin, PASTED)
    kept = await admin.get(EVE)
    version = field(kept.text, "version")
    done = await admin.send(f"{EVE}/en/tidy", {"body": PASTED, "source": "", "version": version}, seen=EVE)

    assert "Telegram would not take it well" in desk.text(shown)
    assert "Tags were turned into bold" in desk.text(shown)
    assert field(kept.text, "body") == PASTED
    assert done.headers["location"].endswith("done=wording-tidied")
    assert field((await admin.get(EVE)).text, "body") == "Hello <b>{{ first_name }}</b>,\n\nno sun <i>today</i>"


async def test_a_text_that_is_right_is_left_alone(admin: desk.Browser) -> None:
    assert "Proposed" not in desk.text(await admin.get(EVE))
