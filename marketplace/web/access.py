"""Who may call a view: every view carries a mark; a view without one answers nobody."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Anyone may call this view, without an account."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def access_of(view: Callable[..., Any]) -> str | None:
    """The access mark of a view function, or None if it has none."""
    return getattr(view, "access", None)


def init_app(app: Flask) -> None:
    """Refuse every request whose view has no access mark."""
    app.before_request(_refuse_unmarked)


def _refuse_unmarked() -> None:
    if request.endpoint is None:
        return
    if access_of(current_app.view_functions[request.endpoint]) is None:
        abort(403)
