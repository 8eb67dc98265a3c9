"""Forms of Gesuche."""

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import ValidationError

from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.vocabulary import ActionField
from marketplace.needs.cost_split import MOST_WEIGHT, SplitMethod, read_euro
from marketplace.needs.rules import (
    FEWEST_WORDS,
    MAX_ANSWER,
    MAX_MESSAGE,
    MAX_NOTE,
    MAX_TEXT,
    MAX_TITLE,
    MAX_TOGETHER,
    MAX_WORDS,
    MOST_FIELDS,
    Closing,
    slug_of_address,
)
from marketplace.organisations.models import Organisation
from marketplace.web.forms import DayField, Form, LineField, choices, required

MOST_INHABITANTS = 100_000_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


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


def is_token(text: str | None) -> bool:
    """Whether it looks like one of ours."""
    return bool(_TOKEN.fullmatch(text or ""))


class ForOrganisation(Form):
    """A form that is sent for one of the person's organisations."""

    organisation = SelectField(_l("Für welche Organisation?"), validate_choice=False)
    token = HiddenField()
    """Secret of the form; makes one thing of a form that is sent twice."""

    def offer(self, organisations: Sequence[Organisation], *, none: Any = None) -> None:
        """Let choose among these; ``none`` is the label for writing as a guide."""
        pairs = [(each.key, each.name) for each in organisations]
        self.organisation.choices = choices(*pairs, *([("", none)] if none is not None else []))
        if self.organisation.data is None and pairs:
            self.organisation.data = pairs[0][0]

    def chosen(self, organisations: Sequence[Organisation]) -> Organisation | None:
        """The organisation that was chosen; the only one, where there is no choice."""
        if len(organisations) == 1 and not self.organisation.data:
            return organisations[0]
        return next((each for each in organisations if each.key == self.organisation.data), None)


class NeedForm(ForOrganisation):
    """What a municipality needs."""

    title = LineField(
        _l("Was suchen Sie?"), [required(_l("Bitte sagen Sie in einer Zeile, was Sie suchen."))], max_length=MAX_TITLE
    )
    text = TextField(
        _l("Worum geht es?"),
        [required(_l("Bitte beschreiben Sie, was Sie erreichen wollen und was schon da ist."))],
        max_length=MAX_TEXT,
    )
    fields = SelectMultipleField(
        _l("Handlungsfelder"),
        choices=choices(*((each.value, each.label) for each in ActionField)),
        validate_choice=False,
    )
    inhabitants = LineField(_l("Für wie viele Einwohnerinnen und Einwohner?"), max_length=20)
    wanted_by = DayField(_l("Bis wann brauchen Sie es?"))
    words = LineField(_l("Suchwörter"), max_length=MAX_WORDS)
    seen = HiddenField()
    """When the Gesuch was changed last, for changes."""

    def validate_text(self, field: TextField) -> None:
        """Long enough to say something."""
        if field.data and len(field.data) < FEWEST_WORDS:
            raise ValidationError(_l("Bitte schreiben Sie etwas mehr, damit andere verstehen, was Sie brauchen."))

    def validate_fields(self, field: SelectMultipleField) -> None:
        """Some of the closed list."""
        values = [each for each in field.data or [] if ActionField.find_value(each)]
        if len(values) != len(field.data or []):
            raise ValidationError(_l("Bitte wählen Sie aus der Liste."))
        if not values:
            raise ValidationError(_l("Bitte wählen Sie mindestens ein Handlungsfeld."))
        if len(values) > MOST_FIELDS:
            raise ValidationError(_l("Bitte höchstens %(number)s Handlungsfelder.", number=MOST_FIELDS))

    def validate_inhabitants(self, field: LineField) -> None:
        """A number, or nothing."""
        if field.data and self.number_of_inhabitants is None:
            raise ValidationError(_l("Bitte geben Sie eine Zahl wie 4.200 ein, oder lassen Sie das Feld leer."))

    @property
    def number_of_inhabitants(self) -> int | None:
        """What was typed as a number; None without one."""
        digits = re.sub(r"[.\s]", "", self.inhabitants.data or "")
        is_number = digits.isascii() and digits.isdecimal() and len(digits) <= 9
        return int(digits) if is_number and 0 < int(digits) <= MOST_INHABITANTS else None

    @property
    def action_fields(self) -> list[ActionField]:
        """The chosen fields."""
        return [field for each in self.fields.data or [] if (field := ActionField.find_value(each))]


class CloseForm(Form):
    """Why a Gesuch is closed."""

    closing = RadioField(
        _l("Warum schließen Sie das Gesuch?"),
        choices=choices(*((each.value, each.label) for each in Closing)),
        validate_choice=False,
    )
    entry = LineField(_l("Adresse des Eintrags, den Sie gefunden haben"), max_length=300)
    note = TextField(_l("In einem Satz"), max_length=MAX_NOTE)

    def validate_closing(self, field: RadioField) -> None:
        """One of the closed list."""
        if (field.data or "") not in Closing.values():
            raise ValidationError(_l("Bitte wählen Sie einen Grund."))

    @property
    def slug(self) -> str:
        """Slug of the entry that was typed."""
        return slug_of_address(self.entry.data or "")


class AnswerForm(ForOrganisation):
    """An answer to a Gesuch, for all to read."""

    text = TextField(_l("Ihre Antwort"), [required(_l("Bitte schreiben Sie eine Antwort."))], max_length=MAX_ANSWER)
    entry = LineField(_l("Adresse eines passenden Eintrags"), max_length=300)

    @property
    def slug(self) -> str:
        """Slug of the entry that was typed."""
        return slug_of_address(self.entry.data or "")


class ReasonForm(Form):
    """A decision of a guide, an objection, or the answer to it."""

    reason = TextField(_l("Begründung"), max_length=MAX_NOTE)


class MessageForm(ForOrganisation):
    """What somebody writes to the group."""

    text = TextField(
        _l("Ihre Nachricht"), [required(_l("Bitte schreiben Sie eine Nachricht."))], max_length=MAX_MESSAGE
    )


class TogetherForm(Form):
    """The request of the group to those who have a solution."""

    entry = LineField(
        _l("Adresse der Lösung"), [required(_l("Bitte fügen Sie die Adresse der Lösung ein."))], max_length=300
    )
    question = TextField(_l("Ihre Frage"), [required(_l("Bitte schreiben Sie Ihre Frage."))], max_length=MAX_TOGETHER)
    token = HiddenField()

    @property
    def slug(self) -> str:
        """Slug of the entry that was typed."""
        return slug_of_address(self.entry.data or "")


class CostForm(Form):
    """By what the costs are split."""

    once = LineField(_l("Einmalige Kosten in Euro"), max_length=30)
    yearly = LineField(_l("Jährliche Kosten in Euro"), max_length=30)
    method = RadioField(
        _l("Wie teilen Sie die Kosten?"),
        choices=choices(*((each.value, each.label) for each in SplitMethod)),
        validate_choice=False,
    )
    revision = HiddenField()

    def validate_method(self, field: RadioField) -> None:
        """One of the closed list."""
        if (field.data or "") not in SplitMethod.values():
            raise ValidationError(_l("Bitte wählen Sie, wie Sie die Kosten teilen."))

    def validate_once(self, field: LineField) -> None:
        """An amount, or nothing."""
        _check_amount(field)

    def validate_yearly(self, field: LineField) -> None:
        """An amount, or nothing."""
        _check_amount(field)

    @property
    def seen(self) -> int:
        """The state of the costs that the form showed; 0 if it does not say."""
        typed = self.revision.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _check_amount(field: LineField) -> None:
    if field.data and read_euro(field.data) is None:
        raise ValidationError(_l("Bitte geben Sie einen Betrag wie 12.500,50 ein."))


def read_weight(typed: str) -> int | None:
    """A part of a fixed key as typed; None for nothing or what is none."""
    text = typed.strip()
    is_number = text.isascii() and text.isdecimal() and len(text) <= 10
    return int(text) if is_number and int(text) <= MOST_WEIGHT else None
