"""What people type about the age of an entry."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from marketplace.web.forms import Form


class EndedForm(Form):
    """One sentence about what has ended."""

    note = TextAreaField(_l("Was ist beendet, und seit wann?"))
