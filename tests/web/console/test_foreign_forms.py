"""No form of the console takes anything that another site's page has sent (S4)."""

import re

import pytest

from reminderbot.web import console as consoles
from reminderbot.web.console import serving
from tests.web.console import desk

FORMS = [page for page in consoles.ALL if page.method == "POST"]
ELSEWHERE = [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_every_form_from_elsewhere_is_refused(admin: desk.Browser, stranger: desk.Browser) -> None:
    taken = []
    for browser in (admin, stranger):
        words = {"_csrf": await browser.token()}
        for page in FORMS:
            path = re.sub(r"\{\w+\}", "0" * 32, page.path)
            is_unread = browser is stranger and page.most > serving.KEPT  # a file of a stranger's is not even read
            for headers in ELSEWHERE:
                answer = await browser.client.post(path, data=words, headers=headers)
                if answer.status_code != (401 if is_unread else 403):
                    taken.append(f"{page.name} {headers} {answer.status_code}")

    assert FORMS
    assert taken == []
