"""Types of field that entries are made of, and the one way to declare a field with its label, help and example."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from marketplace.core.labels import Label, Labelled


class Topic(Labelled):
    """Groups of fields; the page shows one block per topic, the editor will show one form page per topic."""

    BASICS = "Auf einen Blick", "Auf einen Blick"
    PLACE = "Einordnung", "Einordnung"
    COURSE = "Ablauf", "Ablauf"
    RESULT = "Ergebnis", "Ergebnis"
    TECHNOLOGY = "Technik und Betrieb", "Technik und Betrieb"
    COST = "Kosten und Aufwand", "Kosten und Aufwand"
    PROCUREMENT = "Beschaffung und Nachnutzung", "Beschaffung und Nachnutzung"
    FUNDING = "Förderung", "Förderung"
    REFLECTION = "Ehrliche Bilanz", "Ehrliche Bilanz"
    LESSON = "Die Erfahrung", "Die Erfahrung"
    EVIDENCE = "Quellen und Stand", "Quellen und Stand"


def described(
    key: str,
    label: str,
    *,
    topic: Topic,
    help: str,
    example: Any,
    required: bool = False,
    searchable: bool = False,
    decisive: int = 0,
    **limits: Any,
) -> Any:
    """Declare a field of an entry once: front matter key, German label, help and example.

    ``searchable`` fields enter the search document. ``decisive`` says how much a reader needs the fact to decide: 3
    without it nobody can, 2 it often turns the scales, 1 it helps, 0 it is no matter of completeness (see
    ``completeness.py``). A field that is not ``required`` is None (or empty) when the sources say nothing; it is then
    shown as "keine Angabe" or left out, never guessed. ``limits`` go to pydantic.
    """
    default: dict[str, Any] = {} if required or "default_factory" in limits else {"default": None}
    return Field(
        alias=key,
        title=Label(label),
        description=Label(help),
        examples=[example],
        json_schema_extra={"topic": topic.value, "searchable": searchable, "decisive": decisive},
        **default,
        **limits,
    )


def yaml_scalar_to_text(value: object) -> object:
    """YAML reads 2020 as a number and 2020-03-01 as a date; as text both are what the author typed."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _check_partial_date(value: str) -> str:
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value):
        raise ValueError(Label("Bitte als Jahr (2021), Monat (2021-03) oder Tag (2021-03-15) angeben."))
    try:
        date(*[int(part) for part in (value + "-01-01")[:10].split("-")])
    except ValueError:
        raise ValueError(Label("%(value)s gibt es im Kalender nicht.", value=value)) from None
    return value


def _check_web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/$.?#<>\"'\\][^\s<>\"'\\]*", value):
        raise ValueError(Label("Bitte eine vollständige Adresse angeben, die mit https:// oder http:// beginnt."))
    return value


def _check_slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError(
            Label("Nur Kleinbuchstaben a–z, Ziffern und einzelne Bindestriche (Beispiel: digitaler-zwilling).")
        )
    return value


Line = Annotated[str, BeforeValidator(yaml_scalar_to_text), Field(min_length=1, max_length=300)]
Paragraphs = Annotated[str, Field(min_length=1, max_length=20_000)]
PartialDate = Annotated[str, BeforeValidator(yaml_scalar_to_text), AfterValidator(_check_partial_date)]
WebAddress = Annotated[str, Field(max_length=500), AfterValidator(_check_web_address)]
Slug = Annotated[
    str, BeforeValidator(yaml_scalar_to_text), Field(min_length=3, max_length=80), AfterValidator(_check_slug)
]
Year = Annotated[int, Field(ge=1990, le=2100)]


def _euro_to_number(amount: Decimal) -> int | float:
    """As people write it in front matter; fourteen digits fit a float exactly."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


Euro = Annotated[
    Decimal,
    Field(ge=0, le=100_000_000_000, max_digits=14, decimal_places=2),
    PlainSerializer(_euro_to_number, when_used="json"),
]


class Part(BaseModel):
    """Base of everything nested in an entry: unknown keys are mistakes, surrounding blanks are not."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, str_strip_whitespace=True, frozen=True)

    @classmethod
    def label_of(cls, name: str) -> Label:
        """German label of a field by its English name."""
        return Label(cls.model_fields[name].title or name)


class Cost(Part):
    """An amount in euro (``von`` alone for one figure, ``von``–``bis`` for a range), its year and its caveat."""

    low: Euro = Field(alias="von", title="von")
    high: Euro | None = Field(None, alias="bis", title="bis")
    year: Year | None = Field(None, alias="jahr", title="Jahr")
    note: Line | None = Field(None, alias="hinweis", title="Hinweis")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high is not None and self.high < self.low:
            raise ValueError(Label("Der Betrag „bis“ ist kleiner als „von“."))
        return self


class PersonDays(Part):
    """Working days of own staff, as a figure or a range."""

    low: Annotated[int, Field(ge=0, le=100_000)] = Field(alias="von", title="von")
    high: Annotated[int, Field(ge=0, le=100_000)] | None = Field(None, alias="bis", title="bis")
    note: Line | None = Field(None, alias="hinweis", title="Hinweis")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high is not None and self.high < self.low:
            raise ValueError(Label("Die Zahl „bis“ ist kleiner als „von“."))
        return self


class Figure(Part):
    """One figure as the source gives it, with what it measures and its caveat."""

    value: Line = Field(alias="wert", title="Wert")
    label: Line = Field(alias="bezeichnung", title="Bezeichnung")
    note: Line | None = Field(None, alias="hinweis", title="Hinweis")


class Source(Part):
    """Where the facts of an entry come from."""

    document: Line = Field(alias="dokument", title="Dokument")
    section: Line = Field(alias="stelle", title="Abschnitt oder Seite")
    year: Year = Field(alias="jahr", title="Jahr")
    link: WebAddress | None = Field(None, alias="link", title="Link")


class WebLink(Part):
    """A link to more about the matter itself; whether it still answers is not promised."""

    label: Line = Field(alias="titel", title="Titel")
    address: WebAddress = Field(alias="adresse", title="Adresse")


def schema_fields(schema: type[BaseModel]) -> Mapping[str, Any]:
    """Fields of a schema by front matter key, in the order in which people read them."""
    return {field.alias or name: field for name, field in schema.model_fields.items()}
