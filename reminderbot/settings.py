"""Every environment variable, read once into one frozen object; each fault is a sentence that says what to write."""

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from reminderbot import addresses, clocks, errors

PREFIX = "REMINDERBOT_"
SECRETS = frozenset({"token", "key", "database_url", "migrate_url", "smtp_url"})
TELEGRAM = "https://api.telegram.org"
TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]+")
CLOCK = re.compile(r"(?P<start>[^*]+?)(?:\*(?P<rate>\d+(?:\.\d+)?))?")


class FileSource(PydanticBaseSettingsSource):
    """Reads a secret from the file that `<NAME>_FILE` names, as container platforms hand them in."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Return the file's text without white space at its ends; ValueError with a sentence if it cannot be read."""
        name = f"{PREFIX}{field_name.upper()}"
        path = os.environ.get(f"{name}_FILE")
        if field_name not in SECRETS or not path:
            return None, field_name, False
        if os.environ.get(name):
            raise errors.Unusable(f"Both {name} and {name}_FILE are set. Keep one of them.")
        try:
            return Path(path).read_text(encoding="utf-8-sig").strip(), field_name, False
        except (OSError, UnicodeDecodeError):
            raise errors.Unusable(
                f"{name}_FILE names {path}, which cannot be read. Check the path and the rights."
            ) from None

    def __call__(self) -> dict[str, Any]:
        """Return what the files say."""
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: value for name, value in found.items() if value is not None}


class Settings(BaseSettings):
    """What the operator decides; the names are `REMINDERBOT_` and the field's name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    token: SecretStr | None = Field(None, description="the bot's token from @BotFather")
    telegram_url: str = Field(TELEGRAM, description="where the Bot API is; /bot<token> is appended")
    webhook_url: str | None = Field(None, description="https address that Telegram posts to; default: long polling")
    database_url: SecretStr = Field(
        SecretStr("sqlite:///reminderbot.sqlite"), description="sqlite:///file or postgresql://user:password@host/name"
    )
    migrate_url: SecretStr | None = Field(
        None, description="the URL of the role that owns the tables; default: the same"
    )
    key: SecretStr | None = Field(None, description="one or more master keys, parted by commas; the first is active")
    erasure_list: Path | None = Field(
        None, description="the file that outlives a restore; default: beside the SQLite file, else beside the key's"
    )
    listen: str = Field("127.0.0.1:8080", description="host:port of /healthz, /readyz, /metrics and the webhook")
    console_url: str | None = Field(
        None,
        description="where people reach the console, such as https://host; default: http://REMINDERBOT_LISTEN",
    )
    alert_chat: int | None = Field(None, description="the Telegram chat id of an operator who has started this bot")
    alert_mail: str | None = Field(None, description="the mail address of whoever is on call")
    smtp_url: SecretStr | None = Field(
        None, description="smtp://user:password@host:587 (STARTTLS) or smtps://…:465, for REMINDERBOT_ALERT_MAIL"
    )
    clock: str | None = Field(None, description="<ISO instant> or <ISO instant>*<rate>: for demo and tests")
    messages: Path | None = Field(None, description="the folder of messages; default: the shipped one")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take words handed in first, then the environment, then the files it names."""
        return init_settings, env_settings, FileSource(settings_cls)

    @field_validator("token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("is not a bot token. @BotFather gives one like 123456789:AA… – copy all of it")
        return value

    @field_validator("telegram_url")
    @classmethod
    def _telegram_url(cls, value: str) -> str:
        return addresses.telegram(value)

    @field_validator("console_url")
    @classmethod
    def _console_url(cls, value: str | None) -> str | None:
        return value if value is None else addresses.web(value)

    @field_validator("webhook_url")
    @classmethod
    def _webhook_url(cls, value: str | None) -> str | None:
        return value if value is None else addresses.webhook(value)

    @field_validator("alert_chat", mode="before")
    @classmethod
    def _alert_chat(cls, value: object) -> object:
        if value is not None and not re.fullmatch(r"-?[0-9]{1,18}", str(value)):
            raise ValueError("is not a chat id. Write the number of the operator's chat, such as 123456789")
        return value

    @field_validator("alert_mail")
    @classmethod
    def _alert_mail(cls, value: str | None) -> str | None:
        return value if value is None else addresses.mailbox(value)

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            addresses.mail_server(value.get_secret_value())
        return value

    @field_validator("listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or not 0 <= int(port) <= 65535:
            raise ValueError("is not host:port. Write for example 127.0.0.1:8080")
        return value

    @field_validator("log_level", mode="before")
    @classmethod
    def _log_level(cls, value: object) -> object:
        if str(value).upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("is not a level. Write DEBUG, INFO, WARNING or ERROR")
        return str(value).upper()

    @field_validator("clock")
    @classmethod
    def _clock(cls, value: str | None) -> str | None:
        if value is not None and _reading(value) is None:
            raise ValueError("is not a clock. Write an ISO instant with its offset, 2026-11-24T15:30+01:00, or …*60")
        return value

    @model_validator(mode="after")
    def _no_wound_clock_for_real_people(self) -> "Settings":
        host = urlsplit(self.telegram_url).hostname or ""
        if self.clock is not None and (host == "telegram.org" or host.endswith(".telegram.org")):
            raise ValueError(
                "REMINDERBOT_CLOCK is for demo and tests. With Telegram's own address real people would get "
                "messages at wrong hours: unset it, or point REMINDERBOT_TELEGRAM_URL at a simulator"
            )
        return self

    @model_validator(mode="after")
    def _mail_has_both_ends(self) -> "Settings":
        if self.alert_mail is not None and self.smtp_url is None:
            raise ValueError("REMINDERBOT_ALERT_MAIL needs a server that takes the mail: set REMINDERBOT_SMTP_URL too")
        if self.smtp_url is not None and self.alert_mail is None:
            raise ValueError("REMINDERBOT_SMTP_URL is of no use alone: say whom to write to in REMINDERBOT_ALERT_MAIL")
        return self

    @model_validator(mode="after")
    def _no_token_in_an_address(self) -> "Settings":
        secret = self.token.get_secret_value().partition(":")[2] if self.token else ""
        if secret and secret in (self.webhook_url or ""):
            raise ValueError(
                "REMINDERBOT_WEBHOOK_URL holds the bot's token. An address is seen by every proxy on the way: "
                "write another path"
            )
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Return the host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def console_address(self) -> str:
        """Return where people reach the console, without a slash at its end."""
        return (self.console_url or f"http://{self.listen}").rstrip("/")

    @property
    def owner_url(self) -> str:
        """Return the URL that migrations use."""
        return (self.migrate_url or self.database_url).get_secret_value()

    def product_clock(self) -> clocks.Clock:
        """Return the product clock that these settings ask for."""
        reading = _reading(self.clock) if self.clock else None
        return clocks.Clock.real() if reading is None else clocks.Clock.starting(reading[0], rate=reading[1])


def load() -> Settings:
    """Return the settings; Unusable with one sentence a fault."""
    try:
        return Settings()
    except ValidationError as error:
        raise errors.Unusable("\n".join(_sentence(each) for each in error.errors(include_input=False))) from None


def shown(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return every setting's name and its value, right or wrong; a secret's is "set" or "not set"."""
    return [(f"{PREFIX}{name.upper()}", _shown(name, environ)) for name in Settings.model_fields]


def _shown(field: str, environ: Mapping[str, str]) -> str:
    name = f"{PREFIX}{field.upper()}"
    default = Settings.model_fields[field].default
    if field in SECRETS and (environ.get(name) or environ.get(f"{name}_FILE")):
        return "set"
    usual = default.get_secret_value() if isinstance(default, SecretStr) else default  # ours, and no secret
    return environ.get(name) or ("not set" if usual is None else str(usual))


def unknown(environ: Mapping[str, str]) -> list[str]:
    """Return the names in the environment that look like ours and are not."""
    names = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    names |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    return sorted(name for name in environ if name.startswith(PREFIX) and name not in names)


def open_files(environ: Mapping[str, str]) -> list[str]:
    """Return a sentence for each file with a secret that everybody on this machine may read or write."""
    names = [f"{PREFIX}{name.upper()}_FILE" for name in sorted(SECRETS)]
    paths = {name: Path(environ[name]) for name in names if environ.get(name)}
    return [
        f"{name} names {path}, which everybody on this machine may open. Run: chmod 600 {path}"
        for name, path in paths.items()
        if path.is_file() and path.stat().st_mode & 0o007
    ]


def _sentence(error: Any) -> str:
    said = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return f"{said}."
    name = f"{PREFIX}{str(error['loc'][0]).upper()}"
    return f"{name} {said}." if error["type"] == "value_error" else f"{name}: {said}."


def _reading(value: str) -> tuple[datetime, float] | None:
    found = CLOCK.fullmatch(value.strip())
    try:
        start = datetime.fromisoformat(found["start"].strip()) if found else None
    except ValueError:
        return None
    if found is None or start is None:
        return None
    aware = start if start.tzinfo is not None else start.replace(tzinfo=UTC)  # an instant without an offset is UTC's
    return aware, float(found["rate"] or 1)
