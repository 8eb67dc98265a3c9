"""Entry point for WSGI servers: ``gunicorn wsgi:app``."""

import gc

from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.web.request_log import configure_logging

configure_logging()
app = create_app(Settings.from_env())
# What was loaded stays. To look through it for garbage again and again holds up a page for some tenths of a second.
gc.freeze()
