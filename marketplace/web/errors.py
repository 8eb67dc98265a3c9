"""Error pages: one place that turns an error into a German page with a way on."""

import logging

from flask import Flask, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from marketplace.core import db
from marketplace.core.errors import DomainError
from marketplace.web import keeping

logger = logging.getLogger("blaupause.error")

STATUS_WITH_OWN_PAGE = frozenset({400, 403, 404, 405, 409, 410, 413, 429, 500, 503})


def init_app(app: Flask) -> None:
    """Register the error pages."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(IntegrityError, _done_twice)
    app.register_error_handler(DataError, _cannot_be_stored)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def error_page(status: int, message: str = "") -> tuple[str, int]:
    """The page for an HTTP status, with a sentence of its own where there is one."""
    known = status if status in STATUS_WITH_OWN_PAGE else (500 if status >= 500 else 400)
    return _render(str(known), message), status


def _render(name: str, message: str) -> str:
    return render_template(
        f"errors/{name}.html", message=message, request_id=g.get("request_id", ""), back=_page_before()
    )


def _page_before() -> str:
    """Address of the page of this site from which somebody came, as far as the browser tells."""
    referrer = request.referrer or ""
    return referrer.removeprefix(request.host_url.rstrip("/")) if referrer.startswith(request.host_url) else ""


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return error_page(error.code)


def _form_too_old(_error: CSRFError) -> tuple[str, int] | Response:
    if keeping.is_form_read() and (kept := keeping.keep_input()):
        # The page asks for the sign-in where that is missing.
        return redirect(kept, 303)
    return error_page(
        400,
        "Das Formular gehört nicht mehr zu Ihrer Anmeldung, oder Ihr Browser nimmt keine Cookies an. "
        "Bitte laden Sie die Seite neu und senden Sie es noch einmal.",
    )


def _done_twice(error: IntegrityError) -> tuple[str, int]:
    """Two at once wrote the same thing; the first has done it."""
    logger.warning("conflict", extra={"facts": _facts(error)})
    # Otherwise the transaction answers no further question, and the page asks how many notices are unread.
    db.session().rollback()
    return error_page(409)


def _cannot_be_stored(error: DataError) -> tuple[str, int]:
    """Characters and numbers that no browser sends by itself and PostgreSQL does not take, such as U+0000."""
    logger.error("value that cannot be stored", extra={"facts": _facts(error)})
    # Otherwise the transaction answers no further question, and the page asks how many notices are unread.
    db.session().rollback()
    return error_page(400, "In der Anfrage steht ein Zeichen oder eine Zahl, die sich nicht speichern lässt.")


def _domain_error(error: DomainError) -> tuple[str, int]:
    if error.status in (400, 409):
        return _render("refused", error.message), error.status
    return error_page(error.status, error.message)


def _database_away(error: Exception) -> tuple[str, int]:
    logger.error("database unavailable", extra={"facts": _facts(error)})
    return error_page(503)


def _unexpected(error: Exception) -> tuple[str, int]:
    logger.error("unexpected error", exc_info=error, extra={"facts": _facts(error)})
    return error_page(500)


def _facts(error: Exception) -> dict[str, str]:
    return {"request_id": g.get("request_id", ""), "error": type(error).__name__}
