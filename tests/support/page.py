"""A fetched page, checked for what every page must be. The failure texts say what to do."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as ERRORS

NAMESPACE = "{http://www.w3.org/1999/xhtml}"
FORM_FIELDS = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
_CHANGING = re.compile(r'(?<=name="csrf_token" value=")[^"]+')
_known: set[int] = set()
INTERACTIVE = {"a", "button", "input", "select", "textarea", "summary"}


@dataclass
class Page:
    """A parsed page."""

    path: str
    html: str
    root: Element

    def all(self, tag: str) -> list[Element]:
        """All elements with this tag, in document order."""
        return list(self.root.iter(NAMESPACE + tag))

    def one(self, tag: str) -> Element:
        """The only element with this tag."""
        found = self.all(tag)
        assert len(found) == 1, f"{self.path}: {len(found)} <{tag}> statt eines."
        return found[0]

    def by_id(self, id_: str) -> Element:
        """The element with this id."""
        return next(element for element in self.root.iter() if element.get("id") == id_)

    def with_class(self, name: str) -> list[Element]:
        """All elements that carry a class."""
        return [element for element in self.root.iter() if name in (element.get("class") or "").split()]

    @property
    def heading(self) -> str:
        """Text of the only h1."""
        return text_of(self.one("h1"))

    @property
    def title(self) -> str:
        """Text of the title element."""
        return text_of(self.one("title"))

    @property
    def text(self) -> str:
        """All visible words of the main part."""
        return text_of(self.one("main"))

    def link(self, words: str) -> str:
        """Address of the first link whose text contains these words."""
        found = [a.get("href") or "" for a in self.all("a") if words in text_of(a)]
        assert found, f"{self.path}: kein Link mit „{words}“."
        return found[0]


def text_of(element: Element) -> str:
    """Words of an element with single blanks between them."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def check_once(path: str, html: str) -> None:
    """Check a page unless the very same one, but for the token of its forms, was checked in this run."""
    mark = hash(_CHANGING.sub("", html))
    if mark not in _known:
        check(path, html)
        _known.add(mark)


@lru_cache(maxsize=4)
def _parse(html: str) -> tuple[Element, list[str]]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    root = parser.parse(html)
    return root, [f"{ERRORS.get(code, code)} {data} (Zeile {position[0]})" for position, code, data in parser.errors]


def check(path: str, html: str, *, is_mail: bool = False) -> Page:
    """Parse a page strictly and check what every page must be. Mails carry their style with them."""
    root, problems = _parse(html)
    assert not problems, f"{path}: HTML ist nicht gültig: {problems[:5]}"
    page = Page(path, html, root)
    assert page.title.startswith(page.heading), (
        f"{path}: <title> muss mit der <h1> beginnen: {page.title!r} / {page.heading!r}"
    )
    _check_ids(page)
    _check_labels(page)
    _check_names(page)
    if not is_mail:
        _check_no_inline_code(page)
    assert page.one("html").get("lang"), f"{path}: <html> braucht lang."
    return page


def _check_ids(page: Page) -> None:
    ids = [element.get("id") for element in page.root.iter() if element.get("id")]
    twice = {id_ for id_, times in Counter(ids).items() if times > 1}
    assert not twice, f"{page.path}: ids kommen mehrfach vor: {twice}"
    known = set(ids)
    for element in page.root.iter():
        for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            missing = set((element.get(attribute) or "").split()) - known
            assert not missing, f"{page.path}: {attribute} zeigt auf nichts: {missing}"


def _check_labels(page: Page) -> None:
    labelled = {label.get("for") for label in page.all("label")}
    inside = {id(field) for label in page.all("label") for field in label.iter()}
    for tag in FORM_FIELDS:
        for field in page.all(tag):
            if field.get("type") in UNLABELLED_TYPES:
                continue
            has_label = field.get("id") in labelled or id(field) in inside or field.get("aria-label")
            assert has_label, f"{page.path}: Feld {field.get('name')!r} hat keine Beschriftung (label)."


def _check_names(page: Page) -> None:
    for tag in ("a", "button", "summary"):
        for element in page.all(tag):
            name = text_of(element) or element.get("aria-label")
            assert name, f"{page.path}: <{tag}> ohne Text: {element.attrib}"
            nested = [child.tag for child in element.iter() if child is not element]
            names = {str(child).removeprefix(NAMESPACE) for child in nested}
            assert tag == "summary" or not names & INTERACTIVE, f"{page.path}: Bedienelement in <{tag}>: {names}"


def _check_no_inline_code(page: Page) -> None:
    for script in page.all("script"):
        assert script.get("src"), f"{page.path}: Skripte nur als Datei, nie in der Seite."
    assert not page.all("style"), f"{page.path}: Stile nur als Datei, nie in der Seite."
    for element in page.root.iter():
        for attribute in element.attrib:
            assert attribute != "style", f"{page.path}: style-Attribut an <{element.tag}>; bitte eine Klasse verwenden."
            assert not attribute.startswith("on"), f"{page.path}: {attribute} an <{element.tag}> ist nicht erlaubt."
