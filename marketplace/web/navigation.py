"""Main navigation and what base.html needs on every page; nothing here asks the database."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, request

from marketplace.core.labels import Label


@dataclass(frozen=True)
class NavigationItem:
    """One place of the main navigation."""

    label: Label
    address: str
    is_current: bool
    is_exact: bool
    """Whether the page itself is this place, not one below it."""


_KINDS = ("projekt", "loesung", "foerderprogramm", "erfahrung")
_LABELS = {
    "/projekte": Label("Projekte"),
    "/loesungen": Label("Lösungen"),
    "/foerderprogramme": Label("Förderprogramme"),
    "/erfahrungen": Label("Erfahrungen"),
    "/handlungsfelder": Label("Handlungsfelder"),
    "/kommunen": Label("Kommunen"),
    "/wissen": Label("Wissen"),
    "/gesuche": Label("Gesuche"),
}
_KIND_BY_PATH = dict(zip(_LABELS, _KINDS, strict=False))


def init_app(app: Flask) -> None:
    """Let templates know the navigation and the federal bar setting."""
    app.context_processor(_page_frame)


def _page_frame() -> dict[str, Any]:
    settings = current_app.config["SETTINGS"]
    # Quoted again: what stands in an address may hold characters that no HTML page may hold.
    path = quote(request.path)
    query = quote(request.query_string, safe="%&=+-_.~,:")
    return {
        "navigation": [_item(path) for path in _LABELS],
        "show_federal_bar": settings.show_federal_bar,
        "return_path": f"{path}?{query}" if query else path,
    }


def _item(path: str) -> NavigationItem:
    kind = _KIND_BY_PATH.get(path)
    # A list of one kind is a search with one filter: the link goes there at once instead of through a redirect.
    address = f"/suche?art={kind}" if kind else path
    searched = kind is not None and request.path == "/suche" and request.args.getlist("art") == [kind]
    exact = searched or request.path == path
    below = request.path.startswith(path + "/")
    return NavigationItem(_LABELS[path], address, is_current=exact or below, is_exact=exact)
