"""Forms that anybody may send without an account: keeps programs away without a riddle for people.

A field that people do not see, and a moment that nobody needs less than to fill the form. Both are checked by whoever
uses the form: what fills the hidden field is answered as if all were well; what was too fast is asked to send again.
"""

from datetime import UTC, datetime, timedelta

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeSerializer
from wtforms import HiddenField, StringField

from marketplace.core import clock
from marketplace.web.forms import Form

SHORTEST = timedelta(seconds=2)
"""Nobody reads and fills a form faster."""

_SALT = "web.guard"


class GuardedForm(Form):
    """A form with a hidden field and the moment at which it was handed out; show both with ``guard_fields``."""

    website = StringField(_l("Bitte frei lassen"))
    begun = HiddenField()

    def stamp(self) -> str:
        """The signed moment at which the form was first handed out to whoever fills it."""
        return str(self.begun.data) if self._moment() else _serializer().dumps(int(clock.now().timestamp()))

    @property
    def is_bait_taken(self) -> bool:
        """Whether the field that people do not see was filled."""
        return bool(self.website.data)

    @property
    def is_too_fast(self) -> bool:
        """Whether the form was sent sooner than a person can, or without its moment."""
        moment = self._moment()
        return moment is None or clock.now() < moment + SHORTEST

    def _moment(self) -> datetime | None:
        try:
            return datetime.fromtimestamp(int(_serializer().loads(self.begun.data or "")), UTC)
        except (BadData, ValueError, TypeError, OverflowError, OSError):
            return None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=_SALT)
