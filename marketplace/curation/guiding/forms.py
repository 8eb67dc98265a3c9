"""Forms of guides."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from marketplace.web.forms import DayField, Form, required

_NO_DAY = _l("Bitte geben Sie einen Tag an.")


class CoverForm(Form):
    """Who stands in on which days; the people are handed in."""

    stand_in = SelectField(_l("Wer vertritt Sie?"), validate_choice=False)
    first_day = DayField(_l("Erster Tag"), [required(_NO_DAY)])
    last_day = DayField(_l("Letzter Tag"), [required(_NO_DAY)])

    @property
    def stand_in_id(self) -> int:
        """Account of the chosen person; 0 if nobody was chosen."""
        typed = str(self.stand_in.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
