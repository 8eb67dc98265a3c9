import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from marketplace.mail import mime
from marketplace.mail.addresses import BadAddressError
from marketplace.mail.compose import MAX_SUBJECT, absolute_url, compose, one_line, paragraphs, unlinked
from marketplace.mail.port import Message
from marketplace.mail.senders import sender_address
from tests.mail.conftest import ADDRESS, FACTS, NAME
from tests.support import page

UNSUBSCRIBE = "http://127.0.0.1:5000/abbestellen/x"


def write(app: Flask, message: Message) -> bytes:
    sender = sender_address(app.config["SETTINGS"])
    return mime.write(
        message, sender=sender, message_id="<x@y.example>", date="Fri, 20 Nov 2026 08:00:00 +0000"
    ).as_bytes()


def make(app: Flask, recipient: str = ADDRESS, **changes: str) -> Message:
    with app.app_context():
        return compose(NAME, recipient, **{**FACTS, **changes})


def test_a_mail_is_text_and_the_same_as_html(app: Flask) -> None:
    message = make(app, name="Ada <Beispiel> & Co")
    assert message.subject == "Guten Tag Ada <Beispiel> & Co"
    assert "Guten Tag Ada <Beispiel> & Co," in message.text
    assert "Guten Tag Ada &lt;Beispiel&gt; &amp; Co," in message.html
    assert FACTS["link"] in message.text
    assert f'href="{FACTS["link"]}"' in message.html


def test_the_html_is_valid_and_loads_nothing(app: Flask) -> None:
    parsed = page.check("mail", make(app, unsubscribe=UNSUBSCRIBE).html, is_mail=True)
    assert parsed.heading == parsed.title == "Guten Tag Ada Beispiel"
    assert len(parsed.all("style")) == 1
    for tag in ("img", "script", "link", "iframe", "form", "object"):
        assert parsed.all(tag) == []
    assert "url(" not in parsed.html


def test_headers_of_every_mail(app: Flask) -> None:
    text = write(app, make(app)).decode()
    assert "From: Blaupause <blaupause@beispiel.example>\r\n" in text
    assert f"To: {ADDRESS}\r\n" in text
    assert "Auto-Submitted: auto-generated\r\n" in text
    assert "Message-ID: <x@y.example>\r\n" in text
    assert "Date: Fri, 20 Nov 2026 08:00:00 +0000\r\n" in text
    assert "List-Unsubscribe" not in text


def test_a_subscription_can_be_ended_with_one_click(app: Flask) -> None:
    message = make(app, unsubscribe=UNSUBSCRIBE)
    text = write(app, message).decode()
    assert f"List-Unsubscribe: <{UNSUBSCRIBE}>\r\n" in text
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in text
    assert UNSUBSCRIBE in message.text
    assert f'href="{UNSUBSCRIBE}"' in message.html


def test_the_same_mail_is_the_same_bytes(app: Flask) -> None:
    assert write(app, make(app)) == write(app, make(app))


HOSTILE = [
    "Ada\r\nBcc: alle@stadt.example",
    "Ada\nBcc: alle@stadt.example",
    "Ada\rBcc: alle@stadt.example",
    "Ada\u2028Bcc: alle@stadt.example",
    "Ada\u0085Bcc: alle@stadt.example",
    "Ada\x0b\x0cBcc: alle@stadt.example",
    "Ada\x00Bcc: alle@stadt.example",
    "Ada\r\n\r\n<h1>Neuer Text</h1>",
    "=?utf-8?q?Ada=0D=0ABcc:_alle@stadt.example?=",
    "=?utf-8?b?QWRhDQpCY2M6IGFsbGVAc3RhZHQuZXhhbXBsZQ==?=",
    "Ada =?utf-8?q?=0D=0ABcc:_alle@stadt.example?= Beispiel",
    "Ada \u202etxt.exe",
    "Ada \ud800",
    "A" * 10_000,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_in_its_line(app: Flask, name: str) -> None:
    message = make(app, name=name)
    assert message.subject.isprintable()
    assert len(message.subject) <= MAX_SUBJECT
    assert not any(line.startswith(("Bcc", "<h1>", "Neuer")) for line in message.text.splitlines())
    head = write(app, message).split(b"\r\n\r\n")[0]
    names = {line.split(b":")[0].lower() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))}
    assert names == {
        b"from", b"to", b"subject", b"date", b"message-id", b"auto-submitted", b"x-auto-response-suppress",
        b"mime-version", b"content-type",
    }  # fmt: skip


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "=?utf-8?q?a=0D=0AB?=@c.example", ""]
)
def test_a_hostile_recipient_is_refused(app: Flask, address: str) -> None:
    with pytest.raises(BadAddressError):
        make(app, address)


@pytest.mark.parametrize(
    "headers",
    [
        {"Bcc": "a@b.example"},
        {"Reply-To": "a@b.example\r\nBcc: c@d.example"},
        {"List-Id": "x\ny"},
        {"Reply-To": "=?utf-8?q?a=0D=0ABcc:_c@d.example?="},
    ],
)
def test_no_message_can_bring_other_headers(app: Flask, headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="header"):
        write(app, Message(ADDRESS, "Betreff", "Text", "<p>Text</p>", headers))


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_people_write_makes_one_good_mail(app: Flask, name: str, text: str) -> None:
    message = make(app, name=name, text=text)
    raw = write(app, message)
    assert raw.count(b"\r\nSubject: ") == 1
    assert b"\x00" not in raw


def test_paragraphs_keep_their_breaks_and_nothing_else() -> None:
    assert paragraphs("Eins\r\nzwei\n\n\n\n\ndrei\x00 \u202evier\n") == "Eins\nzwei\n\ndrei vier"


def test_one_line() -> None:
    assert one_line(" Smart\u00adCity \t\n heißt \x07 das ") == "SmartCity heißt das"


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("Dr. Ada Beispiel", "Dr. Ada Beispiel"),
        ("Sieg! https://boese.example/x", "Sieg! https: //boese. example/x"),
        ("mail@boese.example", "mail@ boese. example"),
        ("Version 2.0, 14:30 Uhr", "Version 2.0, 14:30 Uhr"),
    ],
)
def test_names_become_no_links(text: str, harmless: str) -> None:
    assert unlinked(text) == harmless


def test_addresses_in_mails_come_from_the_settings(app: Flask) -> None:
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(update={"base_url": "https://stadt.example/blaupause"})
    with app.test_request_context(base_url="https://boese.example"):
        assert absolute_url("catalogue.action_field", value="verwaltung") == (
            "https://stadt.example/blaupause/handlungsfelder/verwaltung"
        )
