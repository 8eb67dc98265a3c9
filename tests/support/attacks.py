"""Every route with values that nobody types by accident, as people of every kind; and what no answer may ever be.

Used by ``tests/architecture/test_hostile_requests.py`` with a few values and by ``tools/attack.py`` with all of them.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

MARK = "x-attack"
"""Stands in values as an element and as a header; whoever finds either in an answer has found a hole."""

HOSTILE = {
    "empty": "",
    "NUL": "a\x00b",
    "element": f"\"'></textarea><{MARK}>",
    "header": f"/\r\n{MARK}: 1",
    "other host": "//evil.example/",
    "other host, hidden": "/\t/evil.example",
    "script address": "javascript:alert(1)",
    "32 bits": "2147483648",
    "64 bits": "9223372036854775808",
    "endless number": "9" * 400,
    "minus": "-1",
    "no number": "NaN",
    "too large for a float": "1e999",
    "digits that are none": "²³",
    "Arabic digits": "١٢",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no day": "2026-02-30",
    "half a character": "\ud800",
    "turned around": "\u202eabc\u2066",
    "template": "{{7*7}}%(x)s{0}",
    "path": "../../../../etc/passwd",
    "formula": "=1+1|' /C calc'!A0",
    "long": "ß" * 5_000,
    "deep": "[" * 3_000,
    "list": "[1, {}]",
    "lines": "a\n" * 500,
}

_NAMES = ("q", "seite", "weiter", "von", "bis", "art", "feld", "land", "suche", "einwohner", "gebiet", "tage", "zeile")
"""Parameters that are tried everywhere, whether or not a page of the walk used them."""


@dataclass(frozen=True)
class Sendable:
    """A form as it stood on a page, with the values it came with."""

    page: str
    address: str
    fields: tuple[tuple[str, str], ...]
    has_file: bool


class _Reader(HTMLParser):
    """Links and forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.links: list[str] = []
        self.forms: list[Sendable] = []
        self._open: tuple[str, str, bool] | None = None
        self._fields: list[tuple[str, str]] = []
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.page, given["href"]))
        elif tag == "form":
            is_post = given.get("method", "get").lower() == "post"
            address = urljoin(self.page, given.get("action") or self.page)
            self._open, self._fields = (address, given.get("enctype", ""), is_post), []
        elif tag in ("input", "button", "select", "textarea") and given.get("name") and self._open:
            self._fields.append((given["name"], given.get("value", "")))
            self._text = "" if tag == "textarea" else None
        elif tag == "option" and "selected" in given and self._fields:
            self._fields[-1] = (self._fields[-1][0], given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            self._fields[-1], self._text = (self._fields[-1][0], self._text.lstrip("\n")), None
        elif tag == "form" and self._open:
            address, kind, is_post = self._open
            names = tuple(dict(self._fields).items())
            if is_post:
                self.forms.append(Sendable(self.page, address, names, "multipart" in kind))
            else:
                self.links.append(f"{address}?{urlencode(names)}")
            self._open = None


@dataclass
class Walk:
    """What one person finds on the site, a few addresses of each kind, and what is wrong with the answers."""

    app: Flask
    client: FlaskClient
    name: str
    per_endpoint: int = 2
    strangers: tuple[str, ...] = ()
    """Mail addresses of others; they may stand on no page."""
    slowest: float = 5.0
    pages: dict[str, list[str]] = field(default_factory=dict)
    forms: dict[str, list[Sendable]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    def look_around(self, *beginnings: str) -> None:
        """Follow links from page to page, so many of each kind."""
        waiting, seen = list(beginnings), set(beginnings)
        while waiting:
            address = waiting.pop(0)
            endpoint = self._endpoint(address, "GET")
            known = self.pages.setdefault(endpoint or "", [])
            if endpoint is None or len(known) >= self.per_endpoint:
                continue
            known.append(address)
            response = self.ask("GET", address)
            if response is None or response.status_code != 200 or response.mimetype != "text/html":
                continue
            reader = _Reader(address)
            reader.feed(response.text)
            for form in reader.forms:
                found = self.forms.setdefault(self._endpoint(form.address, "POST") or "", [])
                if len(found) < self.per_endpoint:
                    found.append(form)
            fresh = [_path_of(link) for link in reader.links if _is_here(link)]
            waiting += [link for link in fresh if link not in seen]
            seen.update(fresh)

    def ask(self, method: str, address: str, data: object = None, **more: object) -> TestResponse | None:
        """Send a request and note what is wrong with the answer."""
        begin = time.perf_counter()
        try:
            response = self.client.open(address, method=method, data=data, **more)  # type: ignore[arg-type]
            response.get_data()
        except Exception as error:
            self._note(method, address, data, f"{type(error).__name__}: {error}")
            return None
        self.asked[f"{method} {response.status_code}"] += 1
        for fault in faults_of(response, is_signed_in=self.name != "nobody"):
            self._note(method, address, data, fault)
        shown = response.get_data().decode("utf-8", "replace")
        for stranger in self.strangers:
            if stranger in shown and stranger not in str(data):
                self._note(method, address, data, f"shows {stranger}")
        if time.perf_counter() - begin > self.slowest:
            self._note(method, address, data, f"{time.perf_counter() - begin:.1f} s")
        response.close()
        return response

    def _note(self, method: str, address: str, data: object, fault: str) -> None:
        self.faults.append(
            f"{self.name}: {method} {address[:200]!r} {str(data)[:300] if data else ''} -> {fault[:300]}"
        )

    def _endpoint(self, address: str, method: str) -> str | None:
        try:
            return str(self.app.url_map.bind("localhost").match(urlsplit(address).path, method=method)[0])
        except HTTPException:
            return None

    def attack_addresses(self, chance: random.Random, values: int, share: float = 1.0) -> None:
        """Each page that was found with hostile parameters, and each rule (or a share of them) with hostile parts."""
        for addresses in list(self.pages.values()):
            for address in addresses:
                self._attack_query(address, chance, values)
        rules = list(self.app.url_map.iter_rules())
        for rule in chance.sample(rules, round(share * len(rules))):
            for path in _hostile_paths(rule, chance, values):
                self.ask(min((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}), path)

    def _attack_query(self, address: str, chance: random.Random, values: int) -> None:
        parts = urlsplit(address)
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        names = [*given, *chance.sample(_NAMES, values)]
        for name in dict.fromkeys(names):
            for value in chance.sample(list(HOSTILE.values()), values):
                self.ask("GET", parts.path + "?" + _encoded({**given, name: value}))

    def attack_forms(self, chance: random.Random, values: int) -> None:
        """Each form that was found, with one field after the other made hostile."""
        for form in self._all_forms():
            given = dict(form.fields)
            names = [name for name in given if name != "csrf_token"]
            for name in chance.sample(names, min(len(names), 3 * values)):
                for value in chance.sample(list(HOSTILE.values()), values):
                    self._send(form, {**given, name: value})
            self._send(form, {"csrf_token": given.get("csrf_token", "")})

    def attack_whole_forms(self, chance: random.Random, values: int) -> None:
        """Each form that was found, with all its fields made hostile at once."""
        for form in self._all_forms():
            given = dict(form.fields)
            names = [name for name in given if name != "csrf_token"]
            for _ in range(values):
                self._send(form, given | {name: chance.choice(list(HOSTILE.values())) for name in names})

    def _all_forms(self) -> list[Sendable]:
        return [form for forms in self.forms.values() for form in forms]

    def _send(self, form: Sendable, fields: dict[str, str]) -> None:
        if form.has_file:
            clean = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
            self.ask("POST", form.address, dict(clean), content_type="multipart/form-data")
        else:
            self.client_post(form.address, fields)

    def client_post(self, address: str, fields: dict[str, str]) -> None:
        """Send a form as bytes that no client would make of it, half characters included."""
        self.ask("POST", address, _encoded(fields).encode(), content_type="application/x-www-form-urlencoded")


def faults_of(response: TestResponse, *, is_signed_in: bool) -> Iterator[str]:
    """What no answer may be, whatever was asked."""
    if response.status_code >= 500:
        yield f"Status {response.status_code}"
    text = response.get_data().decode("utf-8", "replace")
    if f"<{MARK}" in text and response.mimetype == "text/html":
        yield "an element that was typed stands in the page"
    if MARK in response.headers:
        yield "a header that was typed"
    target = urlsplit(urljoin("http://localhost/", response.headers.get("Location", "")))
    if target.netloc != "localhost" or target.scheme != "http":
        yield f"leads to {response.headers['Location']}"
    if "Traceback (most recent" in text or "sqlalchemy" in text.lower():
        yield "tells how the site is made"
    kept = response.headers.get("Cache-Control", "")
    if is_signed_in and response.mimetype == "text/html" and "no-store" not in kept:
        yield f"may be kept: {kept}"
    if "default-src 'none'" not in response.headers.get("Content-Security-Policy", ""):
        yield "without its policy"


def _hostile_paths(rule: Rule, chance: random.Random, values: int) -> Iterator[str]:
    parts = [(is_dynamic, text) for is_dynamic, text in rule._trace if text not in ("|",)]
    for value in chance.sample(list(HOSTILE.values()), values) if rule.arguments else ():
        yield "/" + "".join(_quoted(value) if is_dynamic else text for is_dynamic, text in parts).lstrip("/")


def _quoted(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="") or "%20"


def _encoded(fields: dict[str, str]) -> str:
    return "&".join(f"{quote(name)}={_quoted(value) if value else ''}" for name, value in fields.items())


def _is_here(link: str) -> bool:
    parts = urlsplit(link)
    return parts.netloc in ("", "localhost") and parts.scheme in ("", "http")


def _path_of(link: str) -> str:
    parts = urlsplit(link)
    return parts.path + (f"?{parts.query}" if parts.query else "")
