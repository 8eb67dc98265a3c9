"""German or English pages: chosen with ``?lang=``, kept in a cookie, rendered by the server.

The language of the browser decides nothing: an address without the cookie shows the same page to everybody, so caches
may keep it, and no link leads two people to different words (docs/adr/0025-english-pages.md).
"""

from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import get_locale, ngettext, refresh
from markupsafe import Markup

from marketplace.core.labels import Label, Labelled
from marketplace.extensions import babel, read_catalogue

COOKIE = "sprache"
PARAMETER = "lang"
_YEAR = 365 * 24 * 3600


class Language(Labelled):
    """Languages of the pages; entries stay in the language they were written in."""

    GERMAN = "de", "Deutsch"
    ENGLISH = "en", "English"


def init_app(app: Flask) -> None:
    """Select the language of each request, and let templates translate and name it."""
    babel.init_app(app, locale_selector=lambda: chosen_language().value)  # type: ignore[no-untyped-call]
    # Whoever keeps an application context over several requests, such as a shell, keeps the language of the first.
    app.before_request(refresh)
    app.after_request(_remember)
    app.jinja_env.finalize = shown
    app.jinja_env.filters["shown"] = shown
    app.jinja_env.globals.update(_=translate, ngettext=translate_number, written_in=written_in)
    app.jinja_env.tests["label"] = lambda value: isinstance(value, Label)
    app.context_processor(_page_language)


def chosen_language() -> Language:
    """What the address asks for, else what the cookie keeps; German for anything else and for jobs and commands."""
    if not has_request_context():
        return Language.GERMAN
    return _asked() or Language.find_value(request.cookies.get(COOKIE, "")) or Language.GERMAN


def is_english() -> bool:
    """Whether words are now shown in English; False in mails, jobs and commands."""
    locale = get_locale()
    return locale is not None and locale.language == Language.ENGLISH.value


def shown(value: Any) -> Any:
    """What every ``{{ … }}`` of a page goes through: labels appear in the language of the reader."""
    return translate(value.words, **value.facts) if isinstance(value, Label) else value


def translate(sentence: str, /, **facts: Any) -> str:
    """``gettext`` for templates; labels among the facts are translated as well."""
    # What flask_babel.gettext does, which asks three times which language it is: a page has hundreds of sentences.
    locale = get_locale()
    translated = read_catalogue(locale.language).gettext(sentence) if locale else sentence
    return translated % {name: shown(fact) for name, fact in facts.items()} if facts else translated


def translate_number(singular: str, plural: str, num: int, **facts: Any) -> str:
    """``ngettext`` for templates; labels among the facts are translated as well."""
    return ngettext(singular, plural, num, **{name: shown(fact) for name, fact in facts.items()})


def written_in(language: str = Language.GERMAN.value) -> Markup:
    """The attribute for a text that was not written in the language of the page: of entries, and what people said."""
    page = Language.ENGLISH if is_english() else Language.GERMAN
    return Markup("") if language == page.value else Markup(' lang="{}"').format(language)


def _asked() -> Language | None:
    return Language.find_value(request.args.get(PARAMETER, ""))


def _remember(response: Response) -> Response:
    """Keep for a year what the address of a page asked for; German needs no cookie."""
    asked = _asked()
    if asked is None or response.mimetype != "text/html" or asked.value == request.cookies.get(COOKIE, "de"):
        return response
    secure = current_app.config["SETTINGS"].uses_https
    if asked is Language.GERMAN:
        response.delete_cookie(COOKIE, samesite="Lax", secure=secure, httponly=True)
    else:
        response.set_cookie(COOKIE, asked.value, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page_language() -> dict[str, Any]:
    language = chosen_language()
    # Quoted again: what stands in an address may hold characters that no HTML page may hold.
    path = quote(request.path)
    query = parse_qsl(request.query_string.decode(errors="replace"), keep_blank_values=True)
    asked = [(name, value) for name, value in query if name != PARAMETER]
    address = current_app.config["SETTINGS"].base_url + path
    addresses = {Language.GERMAN: address, Language.ENGLISH: f"{address}?{PARAMETER}={Language.ENGLISH.value}"}
    # Browsers read ``//host`` as another host: one slash leads nowhere but to this site.
    local = "/" + path.lstrip("/")
    return {
        "language": language,
        "language_links": [(each, f"{local}?{urlencode([*asked, (PARAMETER, each.value)])}") for each in Language],
        "language_addresses": addresses,
        "canonical_address": addresses[language],
    }
