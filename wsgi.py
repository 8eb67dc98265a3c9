"""Entry point for WSGI servers: ``gunicorn wsgi:app``."""

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.web.request_log import configure_logging

configure_logging()
app = create_app(Settings.from_env())
