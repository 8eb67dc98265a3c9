"""What forms share: the base class, fields that clean what was typed, and errors of services at their field."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from marketplace.core.errors import DomainError


class Form(FlaskForm):
    """A form with a CSRF token. Messages are German sentences that say what to do."""

    may_be_kept = True
    """Whether what was typed is kept over a sign-in (``web/keeping.py``); False for forms with codes."""

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)  # type: ignore[no-untyped-call]

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether the form was sent and every field is right."""
        return bool(super().validate_on_submit(extra_validators))  # type: ignore[no-untyped-call]

    def add_error(self, field: Field, error: DomainError) -> None:
        """Put the sentence of a service at the field that it speaks of."""
        field.errors = (*field.errors, error.message)


def one_line(text: str | None) -> str:
    """What was typed without line breaks and characters that do not print, with single blanks."""
    printable = "".join(char if char.isprintable() else " " for char in text or "")
    return " ".join(printable.split())


class LineField(StringField):
    """One line of text: cleaned, never longer than ``max_length`` allows."""

    data: Any

    def __init__(self, label: Any = None, validators: Any = None, *, max_length: int, **more: Any) -> None:
        checks = [*(validators or ()), self._check_length]
        super().__init__(label, checks, filters=[one_line], **more)  # type: ignore[no-untyped-call]
        self.max_length = max_length

    def _check_length(self, _form: Form, _field: Field) -> None:
        if len(self.data or "") > self.max_length:
            raise ValidationError(_l("Bitte höchstens %(number)s Zeichen.", number=self.max_length))


class DayField(DateField):
    """A calendar day, as browsers send it or as people write it: 24.12.2026."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d.%m.%Y"], **more)  # type: ignore[no-untyped-call]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; nothing at all is left to ``required``."""
        if not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise ValueError(_l("Bitte geben Sie einen Tag wie 24.12.2026 an.")) from error


def required(message: Any) -> Any:
    """A validator that asks for an answer with a sentence of its own."""

    def validate(_form: Form, field: Field) -> None:
        if not field.data:
            raise ValidationError(message)

    return validate


def choices(*pairs: tuple[str, Any]) -> list[SelectChoice]:
    """Values and labels to choose from, for select and radio fields."""
    return [SelectChoice(value, label) for value, label in pairs]
