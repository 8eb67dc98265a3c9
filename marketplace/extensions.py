"""Extensions as objects without an app; ``app.py`` binds them. The rate limiter stands in ``web/rate_limit.py``."""

from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect

babel = Babel()
csrf = CSRFProtect()
