"""Makes a mail from three templates in ``templates/mail/<feature>/<message>/``: subject.txt, body.txt, body.html.

Whatever a template prints becomes one line: a name or a title cannot add a header, a paragraph or a second link on a
line of its own. Text that may have paragraphs is marked with the filter ``paragraphs``.
"""

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app
from flask_babel import force_locale
from jinja2 import Environment
from markupsafe import Markup

from marketplace.config import Settings
from marketplace.mail.addresses import clean_address
from marketplace.mail.port import Message

MAX_SUBJECT = 150

_REPLACED = {"Cc": " ", "Cs": " ", "Co": " ", "Cn": " ", "Cf": ""}
"""Categories of characters that no mail holds; Cf are those that turn the direction of writing, or hide."""


class Paragraphs(str):
    """Text whose line breaks shall stay."""


def init_app(app: Flask) -> None:
    """Prepare the templates of mails: as those of pages, but everything printed is one line."""
    app.jinja_env.filters.update(paragraphs=paragraphs, unlinked=unlinked)
    app.extensions["mail_templates"] = app.jinja_env.overlay(finalize=_as_one_line)


def compose(name: str, recipient: str, /, *, unsubscribe: str = "", **facts: Any) -> Message:
    """The mail ``name`` (``accounts/confirm_address``) with these facts; a subscription has an ``unsubscribe`` link.

    German, whatever the language of the page from which it is sent: the reader is often somebody else.
    """
    with force_locale("de"):
        return _compose(name, recipient, unsubscribe, facts)


def _compose(name: str, recipient: str, unsubscribe: str, facts: dict[str, Any]) -> Message:
    templates: Environment = current_app.extensions["mail_templates"]
    settings: Settings = current_app.config["SETTINGS"]
    subject = one_line(templates.get_template(f"mail/{name}/subject.txt").render(facts))
    context = {
        **facts,
        "subject": subject,
        "unsubscribe": unsubscribe,
        "base_url": settings.base_url,
        "operator_name": settings.operator_name,
    }
    return Message(
        recipient=clean_address(recipient),
        subject=subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1] + "…",
        text=_tidy(templates.get_template(f"mail/{name}/body.txt").render(context)),
        html=templates.get_template(f"mail/{name}/body.html").render(context),
        headers=_unsubscribe_headers(unsubscribe),
    )


def absolute_url(endpoint: str, **values: Any) -> str:
    """Full address of a page, from the settings alone: what a request calls its host has no part in it."""
    settings: Settings = current_app.config["SETTINGS"]
    base = urlsplit(settings.base_url)
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def on_this_site(path: str) -> str:
    """Full address of a path, for mails."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.base_url + path


def one_line(text: str) -> str:
    """The text with single blanks for all white space and without anything that does not print."""
    return " ".join(_printable(" ".join(text.split())).split())


def unlinked(text: str, limit: int = 120) -> str:
    """What people call themselves or their things, such that no mail program makes a link of it, and cut short."""
    harmless = re.sub(r"(?<=[.:@])(?=[^\s\d])", " ", one_line(text))
    return harmless if len(harmless) <= limit else harmless[: limit - 1] + "…"


def paragraphs(text: str) -> Paragraphs:
    """The text with its paragraphs, but without other control characters; never more than one empty line."""
    lines = [one_line(line) for line in text.splitlines()]
    return Paragraphs(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip())


def _as_one_line(value: Any) -> Any:
    """What every ``{{ … }}`` of a mail goes through, before it is escaped."""
    if isinstance(value, str) and not isinstance(value, Markup | Paragraphs):
        return one_line(value)
    return value


def _printable(text: str) -> str:
    return "".join(_REPLACED.get(unicodedata.category(char), char) for char in text)


def _tidy(text: str) -> str:
    """Template text without the empty lines that its commands leave behind."""
    lines = [line.rstrip() for line in text.split("\n")]
    # By the blank after the dashes mail programs know where the signature begins.
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip().replace("\n--\n", "\n-- \n") + "\n"


def _unsubscribe_headers(address: str) -> dict[str, str]:
    """RFC 2369 and 8058: mail programs show a button that needs one click and no sign-in."""
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
