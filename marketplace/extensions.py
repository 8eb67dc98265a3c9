"""Extensions as objects without an app; ``app.py`` binds them. The rate limiter stands in ``web/rate_limit.py``."""

from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
# Sessions are kept on the server and can be ended there; Flask-Login need not compare addresses as well.
login_manager.session_protection = ""
