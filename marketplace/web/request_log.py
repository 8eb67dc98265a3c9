"""One JSON line per request: what was asked and how it went, nothing about who asked."""

import json
import logging
import secrets
import sys
import time

from flask import Flask, Response, g, request

logger = logging.getLogger("blaupause.request")


class JsonFormatter(logging.Formatter):
    """Log records as one JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; facts given with ``extra={"facts": …}`` become members."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure_logging() -> None:
    """Send the site's log records to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    for name in ("blaupause", "marketplace"):
        root = logging.getLogger(name)
        root.handlers = [handler]
        root.setLevel(logging.INFO)
        root.propagate = False


def init_app(app: Flask) -> None:
    """Give each request an id and log it at its end."""
    app.before_request(_start)
    app.after_request(_log)


def _start() -> None:
    g.request_id = secrets.token_hex(8)
    g.started = time.perf_counter()


def _log(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    facts = {
        "request_id": g.get("request_id"),
        "method": request.method,
        # The rule, not the path: a path can hold what somebody typed, and the query string holds what they look for.
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
    }
    logger.info("request", extra={"facts": facts})
    return response
