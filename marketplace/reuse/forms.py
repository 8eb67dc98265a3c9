"""Forms of requests: what is asked for, who asks, words for a step, days of absence."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import ValidationError

from marketplace.accounts.tokens import normalise_mail
from marketplace.reuse.service import MAX_NOTE, MAX_TEXT
from marketplace.reuse.wishes import MAX_INHABITANTS, MAX_QUESTION, When, Wish
from marketplace.web.forms import DayField, Form, LineField, choices, required
from marketplace.web.guard import GuardedForm


def at_most(number: int) -> object:
    """A validator for long texts."""

    def validate(_form: Form, field: TextAreaField) -> None:
        if len(field.data or "") > number:
            raise ValidationError(_l("Bitte höchstens %(number)s Zeichen.", number=number))

    return validate


class RequestForm(GuardedForm):
    """What somebody wants to reuse, how and when."""

    target = RadioField(_l("An wen geht Ihre Anfrage?"), validate_choice=False)
    taker = RadioField(_l("Für wen fragen Sie?"), validate_choice=False)
    wishes = SelectMultipleField(
        _l("Was wünschen Sie sich?"),
        choices=choices(*((wish.value, wish.label) for wish in Wish)),
        validate_choice=False,
    )
    when = RadioField(
        _l("Wann möchten Sie die Lösung nutzen?"),
        choices=choices(*((when.value, when.label) for when in When)),
        validate_choice=False,
    )
    inhabitants = LineField(_l("Für wie viele Einwohnerinnen und Einwohner?"), max_length=20)
    question = TextAreaField(
        _l("Ihre Frage"), [required(_l("Bitte schreiben Sie, was Sie wissen möchten.")), at_most(MAX_QUESTION)]
    )
    draft = HiddenField(name="entwurf")

    def validate_wishes(self, field: SelectMultipleField) -> None:
        """At least one, all of the list."""
        if not field.data or any(value not in Wish.values() for value in field.data):
            raise ValidationError(_l("Bitte wählen Sie mindestens einen Wunsch."))

    def validate_when(self, field: RadioField) -> None:
        """One of the list."""
        if (field.data or "") not in When.values():
            raise ValidationError(_l("Bitte wählen Sie einen Zeitraum."))

    def validate_inhabitants(self, field: LineField) -> None:
        """A number as people write it, or nothing."""
        if field.data and self.number is None:
            raise ValidationError(_l("Bitte geben Sie eine Zahl wie 4.200 ein, oder lassen Sie das Feld leer."))

    @property
    def number(self) -> int | None:
        """The inhabitants as a number, or None."""
        digits = (self.inhabitants.data or "").replace(".", "").replace(" ", "")
        if not (digits.isascii() and digits.isdecimal()) or len(digits) > 9:
            return None
        return int(digits) if 0 < int(digits) <= MAX_INHABITANTS else None


class AddressForm(GuardedForm):
    """The work address of somebody without an account."""

    mail = LineField(_l("Ihre dienstliche E-Mail-Adresse"), max_length=254)

    def validate_mail(self, field: LineField) -> None:
        """An address."""
        if normalise_mail(field.data or "") is None:
            raise ValidationError(_l("Bitte geben Sie eine E-Mail-Adresse wie name@stadt-beispiel.de ein."))


class StepForm(Form):
    """Words for the other side about a step."""

    note = TextAreaField(_l("Was möchten Sie dazu sagen?"), [at_most(MAX_NOTE)])
    target = RadioField(_l("Welche Kommune schlagen Sie vor?"), validate_choice=False)
    revision = HiddenField(name="stand")


class MessageForm(Form):
    """A message, or contact data."""

    text = TextAreaField(_l("Ihre Nachricht"), [at_most(MAX_TEXT)])
    token = HiddenField()
    revision = HiddenField(name="stand")


class AbsenceForm(Form):
    """Days on which nobody answers."""

    first_day = DayField(_l("Erster Tag"), [required(_l("Bitte geben Sie den ersten Tag an."))])
    last_day = DayField(_l("Letzter Tag"), [required(_l("Bitte geben Sie den letzten Tag an."))])
