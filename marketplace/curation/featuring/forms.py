"""Form of a recommendation."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField

from marketplace.web.forms import DayField, Form, one_line


class FeatureForm(Form):
    """Why an entry is worth reading, and until when that stands on the start page."""

    reason = StringField(_l("Warum lohnt sich der Eintrag?"), filters=[one_line])
    last_day = DayField(_l("Letzter Tag"))
