"""The whole list of routes with who may call them; a new or changed route changes ``routes.json`` on purpose."""

import json
from pathlib import Path
from typing import Any

from flask import Flask

from marketplace.web.access import access_of
from tests.support.client import PageClient

LIST = Path(__file__).with_name("routes.json")


def describe_routes(app: Flask) -> list[dict[str, Any]]:
    """Address, methods, access mark and whether it writes, for every route."""
    routes = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        routes.append(
            {
                "address": rule.rule,
                "endpoint": rule.endpoint,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "access": access_of(view),
                "writes": getattr(view, "writes", False),
            }
        )
    return sorted(routes, key=lambda route: (route["address"], route["methods"]))


def test_every_view_carries_an_access_mark(app: Flask) -> None:
    unmarked = [route["endpoint"] for route in describe_routes(app) if route["access"] is None]
    assert unmarked == [], "Bitte @public (oder eine engere Marke) an die View schreiben."


def test_the_list_of_routes_is_as_written(app: Flask) -> None:
    expected = json.loads(LIST.read_text(encoding="utf-8"))
    assert describe_routes(app) == expected, "Bitte tests/architecture/routes.json bewusst anpassen."


def test_no_get_writes(app: Flask) -> None:
    assert [r["address"] for r in describe_routes(app) if r["writes"] and "GET" in r["methods"]] == []


def test_a_view_without_a_mark_answers_nobody(app: Flask, client: PageClient) -> None:
    app.add_url_rule("/vergessen", "forgotten", lambda: "geheim")
    response = client.get("/vergessen")
    assert response.status_code == 403
    assert "geheim" not in response.text
