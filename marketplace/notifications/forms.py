"""Form: how often mail tells about each kind of notice."""

from collections.abc import Mapping
from typing import Self

from wtforms import SelectChoice, SelectField

from marketplace.notifications.kinds import Frequency, NoticeKind
from marketplace.web.forms import Form

_CHOICES = [SelectChoice(frequency.value, frequency.label) for frequency in Frequency]


class PreferencesForm(Form):
    """One choice for each kind of notice."""

    @classmethod
    def of(cls, chosen: Mapping[NoticeKind, Frequency]) -> Self:
        """The form as somebody has filled it before."""
        return cls(data={_name(kind): frequency.value for kind, frequency in chosen.items()})

    def chosen(self) -> dict[NoticeKind, Frequency]:
        """What was chosen, once the form is valid."""
        return {kind: Frequency(self[_name(kind)].data) for kind in NoticeKind}

    @property
    def kind_fields(self) -> list[SelectField]:
        """The fields in the order of the kinds."""
        return [self[_name(kind)] for kind in NoticeKind]


def _name(kind: NoticeKind) -> str:
    return kind.value.replace("-", "_")


for _kind in NoticeKind:
    setattr(PreferencesForm, _name(_kind), SelectField(_kind.label, choices=_CHOICES))
