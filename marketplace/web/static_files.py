"""Static files through WhiteNoise, with an address that changes when the file does."""

import hashlib
from functools import lru_cache
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from marketplace.config import Settings
from marketplace.web.headers import SECURITY_HEADERS

_WEEK = 7 * 24 * 3600


def init_app(app: Flask, settings: Settings) -> None:
    """Serve ``static/`` at ``/static/`` and give templates ``asset("css/site.css")``."""
    is_fixed = settings.environment == "production"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(settings.static_directory),
        prefix="static/",
        max_age=_WEEK,
        autorefresh=not is_fixed,
        add_headers_function=_add_headers,
        charset="utf-8",
        allow_all_origins=False,
    )
    digest = lru_cache(maxsize=256)(_digest)

    def asset(path: str) -> str:
        """Address of a static file; the digest makes caches fetch a changed file at once."""
        file = settings.static_directory / path
        changed = file.stat().st_mtime_ns if file.exists() else 0
        return f"/static/{path}?v={digest(file, changed)}"

    # WhiteNoise serves the files of the start in production; their addresses stay as well.
    app.jinja_env.globals["asset"] = lru_cache(maxsize=256)(asset) if is_fixed else asset


def _digest(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.exists() else "0"


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
