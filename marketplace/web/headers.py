"""Security headers on every answer, and validators so that an unchanged page is not sent twice."""

from flask import Flask, Response, current_app, request, session

from marketplace.web.access import current_actor

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Set the headers on all answers of the application."""
    app.after_request(_add_security_headers)
    app.after_request(_make_conditional)


def _add_security_headers(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SETTINGS"].uses_https:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    return response


def _make_conditional(response: Response) -> Response:
    """Public pages depend on the address and the cookies for display and language: an ETag lets browsers keep them.

    What somebody sees who is signed in is kept nowhere.
    """
    response.vary.add("Cookie")
    # A session that changes is about to be sent as a cookie: the page has a form whose token belongs to one person.
    if current_actor().is_signed_in or session.modified:
        response.headers["Cache-Control"] = "private, no-store"
    if response.cache_control.no_store:
        return response
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or response.is_streamed:
        response.headers.setdefault("Cache-Control", "no-store")
        return response
    response.headers.setdefault("Cache-Control", "no-cache")
    if "Set-Cookie" not in response.headers:
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response
