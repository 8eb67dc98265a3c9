"""Assembles the application: one step per line, in order."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace import extensions
from marketplace.accounts import kept, login
from marketplace.accounts.mfa import gate
from marketplace.blueprints import BLUEPRINTS, DEVELOPMENT_BLUEPRINTS
from marketplace.config import Environment, Settings
from marketplace.core.db import Database
from marketplace.curation import listeners as curation_listeners
from marketplace.knowledge import page_search
from marketplace.ledger import listeners as ledger_listeners
from marketplace.mail import compose, courier
from marketplace.needs import listeners as need_listeners
from marketplace.notifications import listeners, unread
from marketplace.questions import listeners as question_listeners
from marketplace.reuse import listeners as reuse_listeners
from marketplace.search import counting, indexing, mending, suggestions
from marketplace.search.engines import create_engine
from marketplace.subscriptions import listeners as subscription_listeners
from marketplace.web import (
    access,
    compression,
    errors,
    headers,
    keeping,
    language,
    navigation,
    rate_limit,
    request_log,
    row_numbers,
    static_files,
    templating,
    theme,
    transaction,
)


def create_app(settings: Settings) -> Flask:
    """The site for these settings; touches neither database nor index until the first request."""
    app = Flask("marketplace", static_folder=None, template_folder=str(settings.template_directory))
    _configure(app, settings)
    app.extensions["database"] = Database(settings.database_url)
    app.extensions["search_engine"] = create_engine(settings, app.extensions["database"])
    request_log.init_app(app)
    row_numbers.init_app(app)
    # Before the extensions: these may refuse a request, and the error page asks the database who is signed in.
    transaction.init_app(app)
    _bind_extensions(app)
    login.init_app(app)
    kept.init_app(app)
    access.init_app(app)
    gate.init_app(app)
    compression.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    templating.init_app(app)
    keeping.init_app(app)
    theme.init_app(app)
    language.init_app(app)
    navigation.init_app(app)
    static_files.init_app(app, settings)
    compose.init_app(app)
    courier.init_app(app, settings)
    unread.init_app(app)
    listeners.init_app(app)
    indexing.init_app(app)
    mending.init_app(app)
    page_search.init_app(app)
    curation_listeners.init_app(app)
    subscription_listeners.init_app(app)
    need_listeners.init_app(app)
    question_listeners.init_app(app)
    reuse_listeners.init_app(app)
    ledger_listeners.init_app(app)
    counting.init_app(app)
    suggestions.init_app(app)
    in_development = settings.environment == Environment.DEVELOPMENT
    for blueprint, prefix in BLUEPRINTS + (DEVELOPMENT_BLUEPRINTS if in_development else []):
        app.register_blueprint(blueprint, url_prefix=prefix)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key.get_secret_value(),
        TESTING=settings.environment == Environment.TEST,
        PROPAGATE_EXCEPTIONS=settings.environment == Environment.TEST,
        MAX_CONTENT_LENGTH=64 * 1024,
        SESSION_COOKIE_NAME="__Host-sitzung" if settings.uses_https else "sitzung",
        SESSION_COOKIE_SECURE=settings.uses_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A form may stay open as long as the session lasts: nothing that was typed shall be lost to a clock.
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="de",
        BABEL_DEFAULT_TIMEZONE="Europe/Berlin",
        RATELIMIT_STORAGE_URI=settings.rate_limit_storage,
        RATELIMIT_ENABLED=settings.rate_limits_enabled,
        RATELIMIT_HEADERS_ENABLED=True,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _bind_extensions(app: Flask) -> None:
    # Before the forgery check, so that what it refuses counts too.
    rate_limit.limiter.init_app(app)
    extensions.csrf.init_app(app)
