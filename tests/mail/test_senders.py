"""The sender against a real SMTP server on this machine."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from marketplace.config import Environment, Settings, SmtpSecurity
from marketplace.mail.port import (
    Message,
    RecipientRefusedError,
    RefusedError,
    ServerUnavailableError,
    TryAgainError,
)
from marketplace.mail.senders import MemorySender, SmtpSender, StoringSender, create_sender
from tests.mail.conftest import ADDRESS, smtp_settings
from tests.support.smtp import Mailbox, free_port, smtp_server

MESSAGE = Message(ADDRESS, "Grüße aus Köln – „Fuß & Rad“", "Guten Tag,\n\nÄÖÜß €\n", "<!doctype html><p>ÄÖÜß €</p>")
USER, PASSWORD = "blaupause", "richtig-geheim"


def send(sender: SmtpSender, message: Message = MESSAGE) -> None:
    sender.send(message, message_id="<1@beispiel.example>", date="Fri, 20 Nov 2026 08:00:00 +0000")


@pytest.fixture
def sender(settings: Settings, mailbox: Mailbox) -> SmtpSender:
    return SmtpSender(smtp_settings(settings, mailbox.port))


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Server and client side of a certificate for this machine that nobody else trusts."""
    openssl = shutil.which("openssl")
    assert openssl, "openssl fehlt."
    folder: Path = tmp_path_factory.mktemp("tls")
    key, file = folder / "key.pem", folder / "certificate.pem"
    command = [
        openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-keyout", str(key), "-out", str(file), "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key)
    return server, ssl.create_default_context(cafile=str(file))


def test_a_mail_arrives_as_it_was_written(sender: SmtpSender, mailbox: Mailbox) -> None:
    send(sender)
    (mail,) = mailbox.received
    assert mailbox.envelopes == [("blaupause@beispiel.example", [ADDRESS])]
    assert mail["Subject"] == MESSAGE.subject
    assert mail["Message-ID"] == "<1@beispiel.example>"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert html.get_content().strip() == MESSAGE.html


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 5.1.1 <rathaus@weisendorf.example>: no such user", RecipientRefusedError),
        ("553 mailbox name not allowed", RecipientRefusedError),
        ("554 5.7.1 relay access denied", RefusedError),
        ("450 4.2.0 greylisted", TryAgainError),
        ("452 4.2.2 mailbox full", TryAgainError),
    ],
)
def test_a_refused_recipient(sender: SmtpSender, mailbox: Mailbox, answer: str, error: type[Exception]) -> None:
    mailbox.answers[ADDRESS] = answer
    with pytest.raises(error) as caught:
        send(sender)
    assert type(caught.value) is error
    assert ADDRESS not in str(caught.value)
    assert str(caught.value).startswith(answer[:3])
    assert mailbox.received == []


@pytest.mark.parametrize(("answer", "error"), [("554 5.6.0 no", RefusedError), ("451 4.3.0 later", TryAgainError)])
def test_a_refused_mail(sender: SmtpSender, mailbox: Mailbox, answer: str, error: type[Exception]) -> None:
    mailbox.data_answer = answer
    with pytest.raises(error) as caught:
        send(sender)
    assert type(caught.value) is error


def test_nobody_listens(settings: Settings) -> None:
    with pytest.raises(ServerUnavailableError, match="ConnectionRefusedError"):
        send(SmtpSender(smtp_settings(settings, free_port())))


def test_a_message_that_cannot_be_written_is_refused(sender: SmtpSender, mailbox: Mailbox) -> None:
    with pytest.raises(RefusedError, match="content"):
        send(sender, Message(ADDRESS, "Zeile\r\nBcc: a@b.example", "x", "x"))
    with pytest.raises(RecipientRefusedError, match="address"):
        send(sender, Message("a@b.example, c@d.example", "Betreff", "x", "x"))
    assert mailbox.received == []


@pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
def test_encrypted(
    settings: Settings, certificate: tuple[ssl.SSLContext, ssl.SSLContext], security: SmtpSecurity
) -> None:
    server, client = certificate
    options = (
        {"ssl_context": server} if security is SmtpSecurity.TLS else {"tls_context": server, "require_starttls": True}
    )
    with smtp_server(**options) as mailbox:
        given = smtp_settings(settings, mailbox.port, smtp_security=security)
        send(SmtpSender(given, client))
        assert len(mailbox.received) == 1
        with pytest.raises(ServerUnavailableError, match="SSLCertVerificationError"):
            send(SmtpSender(given))
        assert len(mailbox.received) == 1


def test_without_encryption_nothing_is_sent_where_it_is_demanded(settings: Settings, mailbox: Mailbox) -> None:
    with pytest.raises(ServerUnavailableError, match="SMTPNotSupportedError"):
        send(SmtpSender(smtp_settings(settings, mailbox.port, smtp_security=SmtpSecurity.STARTTLS)))
    assert mailbox.received == []


def test_signing_in(settings: Settings, certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server, client = certificate

    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        good = data.login == USER.encode() and data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=good)

    with smtp_server(tls_context=server, authenticator=check, auth_required=True) as mailbox:
        for password, arrived in (("falsch", 0), (PASSWORD, 1)):
            given = smtp_settings(
                settings.model_copy(update={"smtp_password": type(settings.smtp_password)(password)}),
                mailbox.port, smtp_security=SmtpSecurity.STARTTLS, smtp_user=USER,
            )  # fmt: skip
            if arrived:
                send(SmtpSender(given, client))
            else:
                with pytest.raises(ServerUnavailableError, match="SMTPAuthenticationError 535"):
                    send(SmtpSender(given, client))
            assert len(mailbox.received) == arrived


def test_the_settings_choose_the_sender(settings: Settings) -> None:
    development = settings.model_copy(update={"environment": Environment.DEVELOPMENT})
    assert isinstance(create_sender(settings), MemorySender)
    assert isinstance(create_sender(development), StoringSender)
    assert isinstance(create_sender(smtp_settings(development, 25)), SmtpSender)
    assert create_sender(development).keeps_mail
    assert not create_sender(smtp_settings(development, 25)).keeps_mail
