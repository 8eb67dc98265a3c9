"""Forms of questions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import ValidationError

from marketplace.catalogue.drafts.typed import clean
from marketplace.questions.rules import MAX_ANSWER, MAX_QUESTION, MAX_REASON
from marketplace.web.forms import Form, required


def _cleaned(text: str | None) -> str:
    return clean(text or "").strip()


class TextField(TextAreaField):
    """Some lines of text: cleaned, never longer than ``max_length``."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, *, max_length: int, **more: Any) -> None:
        checks = [*(validators or ()), self._check_length]
        super().__init__(label, checks, filters=[_cleaned], **more)  # type: ignore[no-untyped-call]
        self.max_length = max_length

    def _check_length(self, _form: Form, _field: TextAreaField) -> None:
        if len(self.data or "") > self.max_length:
            raise ValidationError(_l("Bitte höchstens %(number)s Zeichen.", number=self.max_length))


class AskForm(Form):
    """A question about an entry."""

    text = TextField(_l("Ihre Frage"), [required(_l("Bitte schreiben Sie Ihre Frage."))], max_length=MAX_QUESTION)
    token = HiddenField()
    """Secret of the form; makes one question of a form that is sent twice."""


class EditForm(Form):
    """A question and its answer, on their way to be published."""

    question = TextField(_l("Frage"), [required(_l("Bitte schreiben Sie die Frage."))], max_length=MAX_QUESTION)
    answer = TextField(_l("Antwort"), [required(_l("Bitte schreiben Sie die Antwort."))], max_length=MAX_ANSWER)
    is_checked = BooleanField(_l("Ich habe beides gelesen: Es verrät nicht, um wen oder welchen Ort es geht."))
    token = HiddenField()
    seal = HiddenField()
    """Proof that just these texts were shown in a preview."""


class ReasonForm(Form):
    """Why a question does not appear."""

    reason = TextField(_l("Grund"), max_length=MAX_REASON)
