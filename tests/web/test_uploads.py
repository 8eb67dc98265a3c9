"""Forms with a file: limits while reading, nothing typed lost, and no form that is not genuine."""

import io

import pytest
from flask import Flask, session
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import RequestEntityTooLarge

from marketplace.web import uploads
from marketplace.web.uploads import read_form


def anything(_fields: object) -> bool:
    return True


def test_fields_and_file_are_read(app: Flask) -> None:
    data = {"titel": "Ä", "datei": (io.BytesIO(b"x" * 100), "a.pdf"), "leer": (io.BytesIO(b""), "")}
    with app.test_request_context("/", method="POST", data=data):
        form = read_form(100, anything)
    assert form.fields["titel"] == "Ä"
    assert (form.files["datei"].name, form.files["datei"].content) == ("a.pdf", b"x" * 100)
    assert not form.files["datei"].is_too_large
    assert "leer" not in form.files


def test_a_file_that_is_too_large_is_cut_and_the_fields_behind_it_are_read(app: Flask) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="datei"; filename="a"\r\n\r\n' + b"x" * 300_000
        + b'\r\n--x\r\nContent-Disposition: form-data; name="titel"\r\n\r\nT\r\n--x--\r\n'
    )  # fmt: skip
    with app.test_request_context("/", method="POST", data=body, content_type="multipart/form-data; boundary=x"):
        form = read_form(100_000, anything)
    assert form.files["datei"].is_too_large
    assert len(form.files["datei"].content) == 100_000
    assert form.fields["titel"] == "T"


def test_more_than_the_limit_is_taken_in_and_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_REQUEST", 1000)
    sent = io.BytesIO(b"x" * 5000)
    context = app.test_request_context(
        "/", method="POST", content_type="multipart/form-data; boundary=x", input_stream=sent, content_length=5000
    )
    with context, pytest.raises(RequestEntityTooLarge):
        read_form(100, anything)
    assert sent.read() == b""


class _Line(io.BytesIO):
    """What comes over a connection that stays open: whoever reads beyond what was sent waits for ever."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert 0 <= size <= len(self.getbuffer()) - self.tell(), "would wait for what nobody sends"
        return super().read(size)


def test_a_form_of_too_many_parts_is_refused_and_nobody_waits_for_more(app: Flask) -> None:
    """A few hundred kilobytes of parts kept a thread busy for as long as the sender liked."""
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    sent = _Line(part * 5_000 + b"--x--\r\n")
    context = app.test_request_context(
        "/", method="POST", content_type="multipart/form-data; boundary=x", input_stream=sent,
        content_length=len(sent.getbuffer()),
    )  # fmt: skip
    with context, pytest.raises(RequestEntityTooLarge):
        read_form(100, anything)
    assert sent.tell() == len(sent.getbuffer())


def test_without_a_rule_of_its_own_the_token_counts(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"csrf_token": "falsch"}), pytest.raises(CSRFError):
        read_form(100)
    with app.test_request_context("/"):
        token = generate_csrf()
        kept = dict(session)
    with app.test_request_context("/", method="POST", data={"csrf_token": token, "a": "b"}):
        session.update(kept)
        assert read_form(100).fields["a"] == "b"


@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\nContent-Disposition: form-data\r\n\r\n", b"\xff" * 50])
def test_nonsense_is_no_genuine_form(app: Flask, body: bytes) -> None:
    context = app.test_request_context("/", method="POST", data=body, content_type="multipart/form-data; boundary=x")
    with context, pytest.raises(CSRFError):
        read_form(100)
