"""Hands one mail to a server: encrypted, or not at all; only this machine's own server may be spoken to openly."""

import email.utils
import smtplib
import ssl
from email.message import EmailMessage

from reminderbot import addresses

SECONDS = 10.0  # that a step of the talk with the server may take


def send(server: addresses.MailServer, *, to: str, subject: str, text: str) -> None:
    """Send; OSError, which smtplib's errors are too, if the server does not take it. It blocks: call it in a thread."""
    message = _written(server, to=to, subject=subject, text=text)
    with _opened(server) as talk:
        if server.user:
            talk.login(server.user, server.password)
        talk.send_message(message)


def _opened(server: addresses.MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.encrypted:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    talk = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        talk.ehlo()
        if not server.is_here or talk.has_extn("STARTTLS"):
            talk.starttls(context=context)
    except BaseException:
        talk.close()
        raise
    return talk


def _written(server: addresses.MailServer, *, to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = server.user if addresses.MAILBOX.fullmatch(server.user) else to
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = email.utils.localtime()
    message["Message-ID"] = email.utils.make_msgid("reminderbot", "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
