"""Start page, static pages, display switch, and the addresses that machines ask for."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from marketplace.catalogue import figures, queries
from marketplace.catalogue.vocabulary import ActionField
from marketplace.config import Settings
from marketplace.core import personal_data
from marketplace.core.errors import DomainError
from marketplace.curation.collections import queries as collections
from marketplace.curation.featuring.queries import list_featured
from marketplace.curation.featuring.rules import SHOWN
from marketplace.extensions import csrf
from marketplace.ledger import showing
from marketplace.site import health as health_report
from marketplace.site import pages, sitemap
from marketplace.web import theme
from marketplace.web.access import public
from marketplace.web.rate_limit import limiter

blueprint = Blueprint("site", __name__)

_NEWEST = 6
_COLLECTIONS = 6
_EXAMPLES = 5
_PROVEN = 3
_SITEMAP_SECONDS = 3600
_NAMES = ", ".join(f"'{name}'" for name in pages.PAGES)


def _limit() -> str:
    limit: str = _settings().search_rate_limit
    return limit


_limited = limiter.shared_limit(_limit, scope="sitemap")


@blueprint.get("/")
@public
def home() -> str:
    """Start page."""
    counted = figures.current()
    return render_template(
        "site/home.html",
        kinds=counted.by_kind,
        action_fields=[(field, counted.in_action_field(field)) for field in ActionField],
        featured=list_featured(SHOWN),
        proven=showing.list_proven(_PROVEN),
        reuses=showing.count_all(),
        collections=collections.list_published()[:_COLLECTIONS],
        newest=queries.list_newest(_NEWEST),
        tags=counted.tags[:_EXAMPLES],
    )


@blueprint.get(f"/<any({_NAMES}):name>")
@public
def static_page(name: str) -> str:
    """A page that editors write and operators complete."""
    settings = _settings()
    page = pages.get_page(settings.content_directory / "seiten", name, settings.page_placeholders)
    return render_template("site/static_page.html", page=page)


# No CSRF token: it would set a session cookie on every public page, for a choice that harms nobody. Requests that a
# browser marks as coming from another site are refused instead.
@blueprint.post("/darstellung")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def choose_theme() -> BaseResponse:
    """Keep light, dark or as the device has it, and go back."""
    if not _comes_from_here():
        raise DomainError("Diese Einstellung lässt sich nur auf dieser Website selbst ändern.")
    chosen = theme.Theme.find_value(request.form.get("darstellung", "")) or theme.Theme.SYSTEM
    response = redirect(_local_path(request.form.get("zurueck", "/")), 303)
    return theme.remember(response, chosen, secure=_settings().uses_https)  # type: ignore[arg-type]


@blueprint.get("/datenschutz/verzeichnis")
@public
def register_of_processing() -> str:
    """What is kept about people, why and how long, from the list that export and deletion follow too."""
    return render_template("site/register_of_processing.html", activities=personal_data.list_activities())


@blueprint.get("/health")
@public
def health() -> tuple[Response, int]:
    """Liveness and readiness as JSON."""
    extensions = current_app.extensions
    report, status = health_report.health(extensions["database"], extensions["search_engine"])
    return jsonify(report), status


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """All pages may be read by machines; result lists say themselves that they are not for an index."""
    lines = ("User-agent: *", "Disallow: /darstellung", "", f"Sitemap: {_settings().base_url}/sitemap.xml", "")
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@public
@_limited
def sitemap_of_all() -> Response:
    """The map of the site, or the list of its parts if there is too much for one."""
    if sitemap.count_parts() > 1:
        return _send_map(lambda: sitemap.write_index(sitemap.count_parts(), _settings().base_url))
    return _send_part(1)


@blueprint.get("/sitemap-<int:part>.xml")
@public
@_limited
def sitemap_part(part: int) -> Response:
    """One part of the map of the site."""
    if not 1 <= part <= sitemap.count_parts():
        abort(404)
    return _send_part(part)


def _send_part(part: int) -> Response:
    return _send_map(lambda: sitemap.write_part(sitemap.list_part(part), _settings().base_url))


def _send_map(write: Callable[[], Iterator[str]]) -> Response:
    tag = sitemap.state()
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(write(), mimetype=sitemap.MEDIA_TYPE)
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={_SITEMAP_SECONDS}"
    return response


@blueprint.get("/favicon.ico")
@public
def favicon() -> Response:
    """The icon for programs that do not read the page's head."""
    icon = _settings().static_directory / "img" / "favicon.ico"
    return Response(icon.read_bytes(), mimetype="image/x-icon")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _comes_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _local_path(path: str) -> str:
    """The path if it leads nowhere but to this site; browsers read ``//host`` and ``/\\host`` as other hosts."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path
    return path if is_local else "/"
