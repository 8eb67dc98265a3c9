"""What people decide about an address that leads nowhere: another one, a note for readers, or nothing."""

from pydantic import TypeAdapter, ValidationError
from sqlmodel import col, select

from marketplace.catalogue import entry_file
from marketplace.catalogue import service as catalogue
from marketplace.catalogue.drafts.queries import map_entry_ids, stake_of_entry
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.exporter import content_of
from marketplace.catalogue.fields import WebAddress
from marketplace.catalogue.models import Entry
from marketplace.core import audit, clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.core.safe_http import FetchError, read_address
from marketplace.curation.links import gathering, queries
from marketplace.curation.links.addresses import MAX_LENGTH, replace_address
from marketplace.curation.links.verdicts import LinkDecision
from marketplace.curation.reviews import small_correction
from marketplace.organisations.models import Organisation
from marketplace.organisations.queries import map_keys_to_ids

MAX_NOTE = 300

_ADDRESS: TypeAdapter[str] = TypeAdapter(WebAddress)


def decide(entry: Entry, link_id: int, decision: LinkDecision, note: str, *, actor: Actor) -> None:
    """Say that a page is gone, with a note for readers, or that the address stays as it is."""
    authorize("entry.fix_link", stake_of_entry(entry), actor=actor)
    used, note = queries.get_link(entry, link_id), clean(note).strip()
    if len(note) > MAX_NOTE:
        raise DomainError(f"Bitte höchstens {MAX_NOTE} Zeichen; jetzt sind es {len(note)}.")
    used.use.decision, used.use.note, used.use.decided_at = decision.value, note, clock.now()
    db.session().flush()
    audit.record("entry.link_decided", f"entry:{entry.slug}", actor=actor.reference, decision=decision.value)


def replace(entry: Entry, link_id: int, new: str, *, actor: Actor) -> None:
    """Put another address in the place of one, everywhere in the entry, as a new version.

    It is published without review; therefore the people behind an entry replace only what does not answer.
    """
    stake = stake_of_entry(entry)
    authorize("entry.fix_link", stake, actor=actor)
    used, new = queries.get_link(entry, link_id), clean(new).strip()
    if not (used.is_disturbed or is_allowed("entry.hold", stake, actor=actor)):
        raise DomainError("Diese Adresse antwortet. Bitte ändern Sie sie im Editor; dann sieht es sich jemand an.")
    _check(new, used.link.address)
    if not entry.is_published:
        raise DomainError("Der Eintrag ist nicht veröffentlicht.")
    before = _content(entry)
    meta = replace_address(entry_file.to_front_matter(before), used.link.address, new)
    # A bracket would end the link in Markdown too early.
    body = replace_address(before.body, used.link.address, new.replace("(", "%28").replace(")", "%29"))
    if (meta, body) == (entry_file.to_front_matter(before), before.body):
        raise DomainError("Im Text steht die Adresse anders geschrieben. Bitte ändern Sie sie im Editor.")
    content = entry_file.from_front_matter(meta, body)
    with small_correction():
        catalogue.publish_entry(
            entry, content, organisation_ids=map_keys_to_ids(), author=actor.reference, note="Adresse ersetzt"
        )
    catalogue.set_links(entry, content, map_entry_ids({link.target for link in content.shared.links}))
    gathering.gather_entry(entry)
    audit.record("entry.link_replaced", f"entry:{entry.slug}", actor=actor.reference)


def _check(new: str, old: str) -> None:
    try:
        _ADDRESS.validate_python(new)
        read_address(new)
    except (FetchError, ValidationError):
        raise DomainError("Bitte eine vollständige Adresse angeben, die mit https:// oder http:// beginnt.") from None
    if len(new) > MAX_LENGTH:
        raise DomainError(f"Bitte höchstens {MAX_LENGTH} Zeichen.")
    if new == old:
        raise DomainError("Das ist die bisherige Adresse. Bitte geben Sie die neue an.")


def _content(entry: Entry) -> entry_file.EntryContent:
    session = db.session()
    keys = {row[0]: row[1] for row in session.exec(select(Organisation.id, Organisation.key)) if row[0]}
    targets = [link.target_id for link in entry.links]
    slugs = {row[0]: row[1] for row in session.exec(select(Entry.id, Entry.slug).where(col(Entry.id).in_(targets)))}
    return content_of(entry, organisation_keys=keys, slugs={id_: slug for id_, slug in slugs.items() if id_})
