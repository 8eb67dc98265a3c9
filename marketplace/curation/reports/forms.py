"""Forms of reports: what readers send, what guides answer."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import ValidationError

from marketplace.accounts.tokens import normalise_mail
from marketplace.curation.reports.rules import MAX_ANSWER, MAX_TEXT, ReportOutcome, ReportReason
from marketplace.web.forms import Form, LineField, choices, required
from marketplace.web.guard import GuardedForm


def _at_most(number: int) -> object:
    def validate(_form: Form, field: TextAreaField) -> None:
        if len(field.data or "") > number:
            raise ValidationError(_l("Bitte höchstens %(number)s Zeichen.", number=number))

    return validate


def _listed(labels: type[ReportReason] | type[ReportOutcome], message: object) -> object:
    def validate(_form: Form, field: RadioField) -> None:
        if (field.data or "") not in labels.values():
            raise ValidationError(message)

    return validate


class ReportForm(GuardedForm):
    """What is wrong with an entry, and where the answer shall go."""

    reason = RadioField(
        _l("Was ist Ihnen aufgefallen?"),
        [_listed(ReportReason, _l("Bitte wählen Sie, worum es geht."))],
        choices=choices(*((reason.value, reason.label) for reason in ReportReason)),
        validate_choice=False,
    )
    text = TextAreaField(
        _l("Was genau?"), [required(_l("Bitte beschreiben Sie kurz, was nicht stimmt.")), _at_most(MAX_TEXT)]
    )
    mail = LineField(_l("Ihre E-Mail-Adresse"), max_length=254)
    token = HiddenField()
    """Secret with which the answer can be seen; makes one report of a form that is sent twice."""

    def validate_mail(self, field: LineField) -> None:
        """An address, or nothing."""
        if field.data and normalise_mail(field.data) is None:
            raise ValidationError(
                _l("Bitte geben Sie eine E-Mail-Adresse wie name@stadt-beispiel.de ein, oder lassen Sie das Feld leer.")
            )


class AnswerForm(Form):
    """What was decided, and the words for whoever reported it."""

    outcome = RadioField(
        _l("Was ist geschehen?"),
        [_listed(ReportOutcome, _l("Bitte wählen Sie eine Entscheidung."))],
        choices=choices(*((outcome.value, outcome.label) for outcome in ReportOutcome)),
        validate_choice=False,
    )
    answer = TextAreaField(
        _l("Antwort"),
        [required(_l("Bitte schreiben Sie eine Antwort. Wer gemeldet hat, liest sie.")), _at_most(MAX_ANSWER)],
    )
