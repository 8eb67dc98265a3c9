"""Forms of the ledger: declare a reuse, say why, tell what it cost."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from marketplace.ledger.costs import Again
from marketplace.ledger.rules import MAX_VARIANT, ReuseStage
from marketplace.web.forms import DayField, Form, LineField, choices

_STAGES = (ReuseStage.AGREED, ReuseStage.BUILDING, ReuseStage.RUNNING)
_LONGEST_NUMBER, _LONGEST_INPUT = 12, 40


class NumberField(StringField):
    """A whole number as people write it: 12.500, 12 500 or 12500 €; ``data`` is what stands in the field."""

    data: Any
    number: int | None = None
    """The number; None if nothing was typed."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        super().__init__(label, **more)  # type: ignore[no-untyped-call]

    def process_data(self, value: int | None) -> None:
        """Show a number that is known already."""
        self.data, self.number = "" if value is None else str(value), value

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data, self.number = "".join(valuelist)[:_LONGEST_INPUT], None
        text = "".join(char for char in self.data if not char.isspace()).replace(".", "").removesuffix("€")
        if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER:
            self.number = int(text)
        elif text:
            raise ValueError(_l("Bitte eine ganze Zahl angeben, zum Beispiel 12500."))


class WordsForm(Form):
    """What is said about a reuse beside dates."""

    variant = LineField(_l("Variante"), max_length=MAX_VARIANT)
    adaptation = TextAreaField(_l("Was wurde angepasst?"))
    note = TextAreaField(_l("Anmerkung"))


class DeclareForm(WordsForm):
    """A reuse that is there already."""

    taker = SelectField(_l("Wer nutzt es nach?"))
    via = SelectField(_l("Von wem kam es?"))
    stage = RadioField(
        _l("Wie weit ist es?"),
        choices=choices(*((stage.value, stage.label) for stage in _STAGES)),
        validators=[InputRequired(_l("Bitte wählen Sie, wie weit es ist."))],
    )
    since = DayField(_l("Seit wann?"))


class ReasonForm(Form):
    """Why something ends, or is not true."""

    reason = TextAreaField(_l("Warum?"))


class CostsForm(Form):
    """What it really cost."""

    one_off = NumberField(_l("Einmalige Kosten in Euro"))
    yearly = NumberField(_l("Laufende Kosten im Jahr in Euro"))
    person_days = NumberField(_l("Arbeitstage eigener Beschäftigter bis zum Start"))
    months = NumberField(_l("Dauer von der Entscheidung bis zum Start in Monaten"))
    again = RadioField(
        _l("Würden Sie es wieder tun?"),
        choices=choices(*((each.value, each.label) for each in Again), ("", _l("Keine Angabe"))),
        default="",
    )
    adapted = TextAreaField(_l("Was mussten Sie anpassen?"))
    wish_known = TextAreaField(_l("Was hätten Sie gern vorher gewusst?"))
    without_name = BooleanField(_l("Ohne den Namen unserer Organisation veröffentlichen"), false_values=("", "nein"))

    def figures(self) -> dict[str, Any]:
        """What was typed, without the question about the name."""
        numbers = {each.name: each.number for each in (self.one_off, self.yearly, self.person_days, self.months)}
        words = {"adapted": self.adapted.data or "", "wish_known": self.wish_known.data or ""}
        return {**numbers, "again": self.again.data or None, **words}
