"""Light or dark display: chosen with a form, kept in a cookie, rendered by the server, so no script and no flash."""

from flask import Flask, Response, request

from marketplace.core.labels import Labelled

COOKIE = "darstellung"
_YEAR = 365 * 24 * 3600


class Theme(Labelled):
    """How the site looks; SYSTEM follows the device."""

    SYSTEM = "system", "Wie im System"
    LIGHT = "hell", "Hell"
    DARK = "dunkel", "Dunkel"


_KERN_NAMES = {Theme.LIGHT: "light", Theme.DARK: "dark"}


def init_app(app: Flask) -> None:
    """Let templates know the chosen theme."""
    app.context_processor(
        lambda: {"theme": chosen_theme(), "kern_theme": _KERN_NAMES.get(chosen_theme()), "themes": Theme}
    )


def chosen_theme() -> Theme:
    """Theme in the cookie of this request; SYSTEM if there is none or a wrong one."""
    return Theme.find_value(request.cookies.get(COOKIE, "")) or Theme.SYSTEM


def remember(response: Response, theme: Theme, *, secure: bool) -> Response:
    """Keep the choice for a year; following the system needs no cookie."""
    if theme is Theme.SYSTEM:
        response.delete_cookie(COOKIE, samesite="Lax", secure=secure, httponly=True)
    else:
        response.set_cookie(COOKIE, theme.value, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    return response
