"""The ways to send mail: to a real server, to a list for tests, to nowhere for development."""

import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage

from marketplace.config import Environment, Settings, SmtpSecurity
from marketplace.mail import mime
from marketplace.mail.addresses import BadAddressError
from marketplace.mail.port import (
    MailSender,
    Message,
    RecipientRefusedError,
    RefusedError,
    ServerUnavailableError,
    TryAgainError,
)

_ENHANCED_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")


def create_sender(settings: Settings) -> MailSender:
    """The sender for these settings: the mail server if one is named; without it, mail leaves no machine."""
    if settings.smtp_host:
        return SmtpSender(settings)
    if settings.environment == Environment.TEST:
        return MemorySender(sender_address(settings))
    return StoringSender(sender_address(settings))


def sender_address(settings: Settings) -> Address:
    """Name and address that stand in From."""
    return Address(settings.mail_sender_name, addr_spec=settings.mail_from)


class SmtpSender:
    """Sends through a mail server, one connection for each mail."""

    keeps_mail = False

    def __init__(self, settings: Settings, tls: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._sender = sender_address(settings)
        self._tls = tls or ssl.create_default_context()

    def send(self, message: Message, *, message_id: str, date: str) -> None:
        """Hand the mail over; what the server answers decides which error is raised."""
        mail = _write(message, self._sender, message_id, date)
        try:
            server = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerUnavailableError(_code_of(error)) from None
        try:
            self._hand_over(server, mail, message.recipient)
        finally:
            _say_goodbye(server)

    def _connect(self) -> smtplib.SMTP:
        given = self._settings
        # Its own name is given, otherwise smtplib asks the name service for it.
        name, timeout = self._sender.domain, given.smtp_timeout
        if given.smtp_security is SmtpSecurity.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                given.smtp_host, given.smtp_port, local_hostname=name, timeout=timeout, context=self._tls
            )
        else:
            server = smtplib.SMTP(given.smtp_host, given.smtp_port, local_hostname=name, timeout=timeout)
        try:
            if given.smtp_security is SmtpSecurity.STARTTLS:
                server.starttls(context=self._tls)
            if given.smtp_user:
                server.login(given.smtp_user, given.smtp_password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, mail: EmailMessage, recipient: str) -> None:
        try:
            server.send_message(mail, self._sender.addr_spec, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values()))) from None
        except smtplib.SMTPDataError as error:
            kind_of_data = RefusedError if error.smtp_code >= 500 else TryAgainError
            raise kind_of_data(_code_of(error)) from None
        except (OSError, smtplib.SMTPException) as error:
            raise ServerUnavailableError(_code_of(error)) from None


class MemorySender:
    """Keeps what was sent in a list, for tests; fails on demand."""

    keeps_mail = False

    def __init__(self, sender: Address) -> None:
        self._sender = sender
        self.sent: list[EmailMessage] = []
        self.fail_with: Exception | None = None

    def send(self, message: Message, *, message_id: str, date: str) -> None:
        """Keep the mail as a server would get it."""
        mail = _write(message, self._sender, message_id, date)
        if self.fail_with:
            raise self.fail_with
        self.sent.append(mail)


class StoringSender:
    """Sends nothing: in development all mail stays in the outbox, to be read at /entwicklung/post."""

    keeps_mail = True

    def __init__(self, sender: Address) -> None:
        self._sender = sender

    def send(self, message: Message, *, message_id: str, date: str) -> None:
        """Write the mail as for a server, so that what cannot be sent is noticed here already."""
        _write(message, self._sender, message_id, date)


def _write(message: Message, sender: Address, message_id: str, date: str) -> EmailMessage:
    try:
        return mime.write(message, sender=sender, message_id=message_id, date=date)
    except BadAddressError:
        raise RecipientRefusedError("address") from None
    except (ValueError, UnicodeError):
        raise RefusedError("content") from None


def _refusal(code: int, text: bytes | str) -> RefusedError | TryAgainError:
    """5.7 is a matter of rules (relaying, reputation): it says nothing about the address."""
    answer = _describe(code, text)
    if code < 500:
        return TryAgainError(answer)
    return RefusedError(answer) if " 5.7." in answer else RecipientRefusedError(answer)


def _say_goodbye(server: smtplib.SMTP) -> None:
    """The mail is taken over or refused by now; a connection that breaks here changes nothing."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _code_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {_describe(error.smtp_code, error.smtp_error)}"
    return type(error).__name__


def _describe(code: int, text: bytes | str) -> str:
    """The codes of an answer; its words may hold the address."""
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    enhanced = _ENHANCED_CODE.search(words)
    return f"{code} {enhanced[0]}" if enhanced else str(code)
