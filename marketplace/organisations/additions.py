"""Organisations that no register file brings, added by hand: a company, an association, a place not imported yet."""

import re
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from marketplace.core import audit, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label
from marketplace.core.markdown import slugify
from marketplace.core.permissions import authorize
from marketplace.organisations import permissions as _permissions  # noqa: F401 -- registers the predicate
from marketplace.organisations.models import Organisation
from marketplace.organisations.places import OrganisationKind, find_state_of_key
from marketplace.organisations.queries import find_by_key
from marketplace.organisations.register_csv import KEY_LENGTHS

MAX_SLUG = 60


class BadOrganisationError(DomainError):
    """Something about a new organisation is wrong; ``field`` says what."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def add_organisation(
    kind: OrganisationKind, name: str, *, key: str = "", ags: str = "", website: str = "", actor: Actor
) -> Organisation:
    """Add an organisation. Places need their official key; all others get one from their name and may name a seat."""
    authorize("organisation.add", actor=actor)
    key = _official_key(kind, key) if kind in KEY_LENGTHS else _free_key(name)
    if kind in KEY_LENGTHS and (there := find_by_key(key)) is not None:
        raise BadOrganisationError("key", Label("Unter diesem Schlüssel steht schon: %(name)s.", name=there.name))
    if kind not in KEY_LENGTHS and _is_known(kind, name, ags):
        raise BadOrganisationError("name", "Diese Organisation steht schon im Verzeichnis.")
    if ags and (not re.fullmatch(r"[0-9]{8}", ags) or find_state_of_key(ags) is None):
        raise BadOrganisationError("ags", "Ein Gemeindeschlüssel hat acht Ziffern, zum Beispiel 09572164.")
    if website and not _is_web_address(website):
        raise BadOrganisationError("website", "Bitte geben Sie eine Adresse wie https://www.beispiel.de an.")
    organisation = Organisation(
        key=key, kind=kind.value, name=name, ags=None if kind in KEY_LENGTHS else ags or None, website=website or None
    )
    try:
        with db.session().begin_nested():
            db.session().add(organisation)
    except IntegrityError:
        raise BadOrganisationError("name", "Diese Organisation wurde gerade schon aufgenommen.") from None
    audit.record("organisation.added", f"organisation:{organisation.key}", actor=actor.reference, kind=kind.value)
    return organisation


def _is_known(kind: OrganisationKind, name: str, ags: str) -> bool:
    statement = select(Organisation.ags).where(Organisation.kind == kind.value, Organisation.name == name)
    return ags in {seat or "" for seat in db.session().exec(statement.order_by(col(Organisation.id)))}


def _official_key(kind: OrganisationKind, key: str) -> str:
    length = KEY_LENGTHS[kind]
    if not re.fullmatch(rf"[0-9]{{{length}}}", key) or find_state_of_key(key) is None:
        raise BadOrganisationError(
            "key",
            Label(
                "%(label)s: Bitte geben Sie den amtlichen Schlüssel mit %(length)s Ziffern an.",
                label=kind.label,
                length=length,
            ),
        )
    return key


def _free_key(name: str) -> str:
    """The name as a key, with a number behind it where another organisation has it."""
    slug = slugify(name)[:MAX_SLUG].strip("-") or "organisation"
    # All digits would be read as an official key.
    slug = f"organisation-{slug}" if slug.isdigit() else slug
    number = 1
    while find_by_key(slug if number == 1 else f"{slug}-{number}") is not None:
        number += 1
    return slug if number == 1 else f"{slug}-{number}"


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text and len(text) <= 500
