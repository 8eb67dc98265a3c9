"""Forms with a file. Their size is limited while they are read, and what was typed survives a file that is refused.

Flask would read such a form when somebody first looks at ``request.form``, which the CSRF protection does for every
form, and would refuse it at once for being larger than any other. Views that take files are therefore exempt from it
and call ``read_form``, which does both: reads with limits of its own and checks that the form is genuine.
"""

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from flask import request
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.formparser import parse_form_data
from werkzeug.wsgi import get_input_stream
from wtforms.validators import ValidationError

MAX_REQUEST = 48 * 1024 * 1024
"""Bytes of a form with its file. More than any file may have, so that one that is too large gets an answer at its field
and the rest of the form is not lost; what is beyond goes away and gets a page of its own."""

MAX_TEXT = 4 * 1024 * 1024
_MAX_PARTS = 50
_DRAINED = 128 * 1024 * 1024
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Upload:
    """A file as it was sent. What is called its type by the sender is not even read."""

    name: str
    content: bytes
    is_too_large: bool
    """More was sent than the form takes; the content is only the beginning."""


@dataclass(frozen=True)
class SentForm:
    """What was typed and the files that were chosen, by field."""

    fields: MultiDict[str, str]
    files: dict[str, Upload]


class _Capped(io.BytesIO):
    """Keeps so many bytes and lets the others go by, so that the fields behind the file are read, too."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self.is_too_large = False

    def write(self, data: bytes) -> int:  # type: ignore[override]
        room = self.limit - self.tell()
        if len(data) > room:
            self.is_too_large = True
        super().write(data[: max(room, 0)])
        return len(data)


def read_form(max_file: int, is_genuine: Callable[[MultiDict[str, str]], bool] | None = None) -> SentForm:
    """Read the form of this request with files of at most ``max_file`` bytes each.

    ``is_genuine`` looks at the fields in place of the CSRF token. Raises CSRFError for a form that is not genuine and
    RequestEntityTooLarge for one that is larger than MAX_REQUEST.
    """

    def room_for(
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return _Capped(max_file)

    # The length that was announced is all that comes: reading on would wait for ever for what nobody sends.
    body = get_input_stream(request.environ)
    environ = {**request.environ, "wsgi.input": body, "wsgi.input_terminated": True}
    try:
        if (request.content_length or 0) > MAX_REQUEST:
            raise RequestEntityTooLarge
        _stream, fields, files = parse_form_data(
            environ, room_for, max_form_memory_size=MAX_TEXT, max_content_length=MAX_REQUEST,
            max_form_parts=_MAX_PARTS,
        )  # fmt: skip
    except RequestEntityTooLarge:
        _drain(body)
        raise
    if not (is_genuine(fields) if is_genuine else _has_token(fields)):
        raise CSRFError("The form is not genuine.")
    return SentForm(
        fields, {name: _upload(file.filename, file.stream) for name, file in files.items() if file.filename}
    )


def _upload(name: str | None, stream: IO[bytes]) -> Upload:
    stream.seek(0)
    return Upload(name or "", stream.read(), getattr(stream, "is_too_large", False))


def _has_token(fields: MultiDict[str, str]) -> bool:
    try:
        validate_csrf(fields.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _drain(body: IO[bytes]) -> None:
    """Take in what the browser still sends: it reads no answer before it has sent all and shows an error of its own."""
    left = _DRAINED
    # Who announces more than comes gets the same answer.
    with suppress(ClientDisconnected):
        while left > 0 and (chunk := body.read(min(left, _CHUNK))):
            left -= len(chunk)
