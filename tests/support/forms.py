"""Forms of fetched pages, filled and sent as a browser does."""

from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.support.page import NAMESPACE, Page, text_of


def form_with(page: Page, words: str) -> Element:
    """The form that is sent by a button with these words; searches do not count."""
    forms = [form for form in page.all("form") if form.get("method") == "post"]
    found = [form for form in forms if any(words in text_of(b) for b in form.iter(NAMESPACE + "button"))]
    assert found, f"{page.path}: kein Formular mit „{words}“."
    return found[0]


def fields_of(form: Element) -> MultiDict[str, str]:
    """What a browser would send of the form as it stands."""
    pairs: list[tuple[str, str]] = []
    for element in form.iter():
        name, tag = element.get("name"), str(element.tag).removeprefix(NAMESPACE)
        if not name or element.get("disabled") is not None:
            continue
        if tag == "textarea":
            # The parser drops the first line break, as browsers do.
            pairs.append((name, "".join(element.itertext())))
        elif tag == "select":
            options = list(element.iter(NAMESPACE + "option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            pairs += [(name, option.get("value") or "") for option in chosen]
        elif tag == "input":
            ticked = element.get("type") not in ("checkbox", "radio") or element.get("checked") is not None
            pairs += [(name, element.get("value") or "")] if ticked else []
    return MultiDict(pairs)


def send(
    client: FlaskClient, page: Page, button: str, changes: dict[str, Any] | None = None, **options: Any
) -> TestResponse:
    """Fill the form that has this button, press the button and return the answer, redirects not followed."""
    form = form_with(page, button)
    pressed = next(b for b in form.iter(NAMESPACE + "button") if button in text_of(b))
    data = fields_of(form)
    for name, value in (changes or {}).items():
        data.setlist(name, list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value])
    if pressed.get("name"):
        data.setlist(pressed.get("name") or "", [pressed.get("value") or ""])
    address = pressed.get("formaction") or form.get("action") or page.path
    return client.post(address, data=data, **options)
