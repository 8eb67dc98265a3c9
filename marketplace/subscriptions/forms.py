"""Forms of subscriptions: how often, and for people without an account where to."""

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField
from wtforms.validators import ValidationError

from marketplace.accounts.forms import MailField
from marketplace.subscriptions.rhythm import BY_MAIL, Rhythm
from marketplace.web.forms import Form, choices
from marketplace.web.guard import GuardedForm

_CHOOSE = _l("Bitte wählen Sie, wie oft Sie eine E-Mail möchten.")


def _check(field: Field, allowed: tuple[Rhythm, ...]) -> None:
    if Rhythm.find_value(field.data or "") not in allowed:
        raise ValidationError(_CHOOSE)


class SubscribeForm(Form):
    """How often; for people who are signed in."""

    rhythm = RadioField(
        _l("Wie oft?"),
        choices=choices(*((rhythm.value, rhythm.label) for rhythm in Rhythm)),
        default=Rhythm.DAILY.value,
        validate_choice=False,
    )

    def validate_rhythm(self, field: RadioField) -> None:
        """Only what was offered."""
        _check(field, tuple(Rhythm))


class SubscribeAddressForm(GuardedForm):
    """How often and where to; for people without an account."""

    mail = MailField(_l("E-Mail-Adresse"), max_length=254)
    rhythm = RadioField(
        _l("Wie oft?"),
        choices=choices(*((rhythm.value, rhythm.label) for rhythm in BY_MAIL)),
        default=Rhythm.DAILY.value,
        validate_choice=False,
    )

    def validate_rhythm(self, field: RadioField) -> None:
        """Only what was offered."""
        _check(field, BY_MAIL)


class OverviewForm(GuardedForm):
    """The address whose subscriptions somebody wants to see."""

    mail = MailField(_l("E-Mail-Adresse"), max_length=254)


class RhythmForm(Form):
    """Another rhythm for one subscription of a list."""

    rhythm = SelectField(
        _l("Wie oft"),
        choices=choices(*((rhythm.value, rhythm.label) for rhythm in Rhythm)),
        validate_choice=False,
    )

    def validate_rhythm(self, field: SelectField) -> None:
        """Only what was offered; whether it fits the subscriber, the service knows."""
        _check(field, tuple(Rhythm))


class EmptyForm(Form):
    """Nothing but the CSRF token."""
