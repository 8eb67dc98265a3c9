"""One request, one session; only views marked ``@writes`` commit, and only when they answer without an error."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, make_response, request
from sqlalchemy import event
from sqlmodel import Session

from marketplace.core import db

View = TypeVar("View", bound=Callable[..., Any])


class UnsavedChangesError(AssertionError):
    """A view changed something but is not marked ``@writes``; raised in tests only."""


def writes(view: View) -> View:
    """Commit what the view changed, unless it answers with an error."""

    @wraps(view)
    def committing(*args: Any, **kwargs: Any) -> Response:
        response = make_response(view(*args, **kwargs))
        if response.status_code < 400:
            db.commit(db.session())
        return response

    committing.writes = True  # type: ignore[attr-defined]
    return committing  # type: ignore[return-value]


def init_app(app: Flask) -> None:
    """Open a session for each request and close it afterwards; in tests, complain about unsaved changes."""
    app.before_request(_open)
    app.teardown_request(_close)
    if app.testing:
        app.after_request(_complain_about_unsaved_changes)


def _open() -> None:
    session = current_app.extensions["database"].open_session()
    if current_app.testing:
        event.listen(session, "after_flush", _note_flush)
    g.db_session, g.db_token = session, db.enter(session)


def _close(_error: BaseException | None) -> None:
    if "db_session" in g:
        db.leave(g.pop("db_token"))
        g.pop("db_session").close()


def _note_flush(session: Session, _context: object) -> None:
    session.info["flushed"] = True


def _complain_about_unsaved_changes(response: Response) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    session: Session | None = g.get("db_session")
    if session is None or getattr(view, "writes", False):
        return response
    if session.new or session.dirty or session.deleted or session.info.get("flushed"):
        raise UnsavedChangesError(f"{request.endpoint} changes the database but is not marked @writes.")
    return response
