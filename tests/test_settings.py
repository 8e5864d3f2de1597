"""Every environment variable is read once; what is wrong is told in a sentence, secrets are never shown."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reminderbot import addresses, errors, settings

TOKEN = "123456789:AAAA-canary-token-of-nobody-0000000"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [f"{settings.PREFIX}{field.upper()}" for field in settings.Settings.model_fields]:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def test_the_defaults_are_one_machine_with_sqlite() -> None:
    read = settings.load()

    assert read.database_url.get_secret_value() == "sqlite:///reminderbot.sqlite"
    assert read.telegram_url == "https://api.telegram.org"
    assert read.address == ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TOKEN", "changeme", "@BotFather"),
        ("TELEGRAM_URL", "api.telegram.org", "https://host"),
        ("TELEGRAM_URL", "http://[", "https://host"),
        ("LISTEN", "8080", "host:port"),
        ("LISTEN", "localhost:99999", "host:port"),
        ("CLOCK", "tomorrow", "ISO instant"),
        ("CLOCK", "2026-11-24T15:30Z*fast", "ISO instant"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO"),
        ("ALERT_CHAT", "@otto", "is not a chat id"),
        ("ALERT_MAIL", "oncall", "is not a mail address"),
        ("ALERT_MAIL", "a@b.example\nBcc: x@y.example", "is not a mail address"),
        ("ALERT_MAIL", "oncall@clinic.example", "set REMINDERBOT_SMTP_URL too"),
        ("SMTP_URL", "mail.example", "is no mail server"),
        ("SMTP_URL", "smtp://me@mail.example", "both a user and a password"),
        ("SMTP_URL", "smtp://mail.example:99999", "is no mail server"),
        ("SMTP_URL", "smtp://me:pw@mail.example", "whom to write to in REMINDERBOT_ALERT_MAIL"),
        ("WEBHOOK_URL", "bot.example.org/telegram", "is not a web address"),
        ("WEBHOOK_URL", "https://[/telegram", "is not a web address"),
        ("WEBHOOK_URL", "https://bot.example.org:99999/telegram", "is not a web address"),
        ("WEBHOOK_URL", "http://bot.example.org/telegram", "must begin with https"),
        ("WEBHOOK_URL", "https://bot.example.org:8080/telegram", "443, 80, 88 or 8443"),
        ("WEBHOOK_URL", "https://bot.example.org", "needs a path"),
        ("WEBHOOK_URL", "https://bot.example.org/", "needs a path"),
        ("WEBHOOK_URL", "https://bot.example.org/telegram/", "needs a path"),
        ("WEBHOOK_URL", "https://bot.example.org/{x}", "needs a path"),
        ("WEBHOOK_URL", "https://bot.example.org/../x", "needs a path"),
        ("WEBHOOK_URL", "https://bot.example.org/x/.", "needs a path"),
        ("WEBHOOK_URL", "https://bot.example.org/healthz", "for the operator"),
        ("TELEGRAM_URL", "http://api.telegram.example", "in the open"),
        ("TELEGRAM_URL", "http://10.0.0.7:8081", "in the open"),
        ("WEBHOOK_URL", "https://bot.example.org/metrics", "for the operator"),
        ("WEBHOOK_URL", "https://me:pw@bot.example.org/telegram", "no user"),
        ("WEBHOOK_URL", "https://bot.example.org/telegram?x=1", "no question mark"),
        ("WEBHOOK_URL", f"https://bot.example.org/bot{TOKEN}", "holds a bot token"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"REMINDERBOT_{name}", value)

    with pytest.raises(errors.Unusable, match=f"REMINDERBOT_{name}.*{said}"):
        settings.load()


@pytest.mark.parametrize(
    "url",
    [
        "https://bot.example.org/telegram",
        "https://bot.example.org:8443/a/b-c_d",
        "http://127.0.0.1:9999/telegram",
        "http://[::1]:9999/telegram",
    ],
)
def test_a_webhook_is_https_or_on_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("REMINDERBOT_WEBHOOK_URL", url)

    assert settings.load().webhook_url == url


def test_who_is_on_call_is_a_chat_and_a_mail_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("smtp://me%40clinic.example:p%3Aw@mail.example\n")
    monkeypatch.setenv("REMINDERBOT_ALERT_CHAT", "123456789")
    monkeypatch.setenv("REMINDERBOT_ALERT_MAIL", "oncall@clinic.example")
    monkeypatch.setenv("REMINDERBOT_SMTP_URL_FILE", str(tmp_path / "smtp"))

    read = settings.load()

    assert (read.alert_chat, read.alert_mail) == (123456789, "oncall@clinic.example")
    assert read.smtp_url is not None
    server = addresses.mail_server(read.smtp_url.get_secret_value())
    assert (server.port, server.user, server.password) == (587, "me@clinic.example", "p:w")
    assert "p:w" not in repr(server)


def test_a_webhook_holds_nothing_of_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMINDERBOT_TOKEN", TOKEN)
    monkeypatch.setenv("REMINDERBOT_WEBHOOK_URL", f"https://bot.example.org/{TOKEN.partition(':')[2]}")

    with pytest.raises(errors.Unusable, match="REMINDERBOT_WEBHOOK_URL holds the bot's token") as refused:
        settings.load()
    assert TOKEN.partition(":")[2] not in str(refused.value)


def test_a_refused_token_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMINDERBOT_TOKEN", "not a token but secret")

    with pytest.raises(errors.Unusable) as refused:
        settings.load()
    assert "secret" not in str(refused.value)


def test_a_wound_clock_is_refused_against_telegrams_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMINDERBOT_CLOCK", "2026-11-24T15:30Z")

    with pytest.raises(errors.Unusable, match="real people"):
        settings.load()


def test_a_wound_clock_starts_where_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMINDERBOT_CLOCK", "2026-11-24T15:30+01:00*3600")
    monkeypatch.setenv("REMINDERBOT_TELEGRAM_URL", "http://127.0.0.1:9")

    clock = settings.load().product_clock()

    assert clock.start == datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    assert clock.rate == 3600


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n", encoding="utf-8")
    monkeypatch.setenv("REMINDERBOT_TOKEN_FILE", str(path))

    token = settings.load().token

    assert token is not None
    assert token.get_secret_value() == TOKEN


def test_a_file_that_begins_with_a_byte_order_mark_is_read_without_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "token"
    path.write_text(f"\ufeff{TOKEN}\r\n", "utf-8")
    monkeypatch.setenv("REMINDERBOT_TOKEN_FILE", str(path))

    token = settings.load().token

    assert token is not None
    assert token.get_secret_value() == TOKEN


@pytest.mark.parametrize(("mode", "is_told"), [(0o644, True), (0o602, True), (0o640, False), (0o600, False)])
def test_a_file_with_a_secret_that_everybody_may_open_is_told(tmp_path: Path, mode: int, is_told: bool) -> None:
    path = tmp_path / "key"
    path.write_text("key")
    path.chmod(mode)

    told = settings.open_files({"REMINDERBOT_KEY_FILE": str(path), "REMINDERBOT_TOKEN_FILE": "nowhere"})

    assert [f"chmod 600 {path}" in each for each in told] == [True] * is_told


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REMINDERBOT_KEY", "a")
    monkeypatch.setenv("REMINDERBOT_KEY_FILE", str(tmp_path))

    with pytest.raises(errors.Unusable, match="Keep one of them"):
        settings.load()


def test_a_secret_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REMINDERBOT_KEY_FILE", str(tmp_path / "none"))

    with pytest.raises(errors.Unusable, match="cannot be read"):
        settings.load()


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMINDERBOT_TOKEN", TOKEN)

    assert dict(settings.shown(os.environ))["REMINDERBOT_TOKEN"] == "set"
    assert TOKEN not in repr(settings.load())


def test_a_misspelt_name_is_found() -> None:
    assert settings.unknown({"REMINDERBOT_TOKNE": "x", "REMINDERBOT_KEY_FILE": "y", "PATH": "z"}) == [
        "REMINDERBOT_TOKNE"
    ]


def test_every_setting_is_documented() -> None:
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")

    for field in settings.Settings.model_fields:
        assert f"| `REMINDERBOT_{field.upper()}` |" in readme
