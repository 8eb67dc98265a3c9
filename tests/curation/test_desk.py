"""The registry of task sources, and remits as a condition of the database."""

import pytest
from sqlmodel import Session, select

from marketplace.catalogue.drafts.queries import stake_of_entry
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core.actor import Actor, Remit
from marketplace.curation import desk
from marketplace.curation.remits import entries_within
from tests.factories.catalogue import add_entry, add_organisation

REMITS = [
    Remit(), Remit("09"), Remit("07"), Remit("09572"), Remit("", "mobilitaet"), Remit("09", "mobilitaet"),
    Remit("07", "mobilitaet"),
]  # fmt: skip


@pytest.fixture
def entries(session: Session) -> list[Entry]:
    add_organisation()
    add_organisation("07312000", "Kaiserslautern", kind="gemeinde")
    add_organisation("stadtwerke-weisendorf", "Stadtwerke", kind="eigenbetrieb", ags="09572164")
    return [
        add_entry(slug="in-bayern", organisation="09572164"),
        add_entry(slug="in-bayern-mobil", organisation="09572164", handlungsfelder=["mobilitaet", "verwaltung"]),
        add_entry(slug="in-der-pfalz", organisation="07312000", handlungsfelder=["mobilitaet"]),
        add_entry(slug="stadtwerke", organisation="stadtwerke-weisendorf"),
        add_entry(Kind.LESSON, slug="ohne-ort", handlungsfelder=["mobilitaet"]),
    ]


@pytest.mark.parametrize("remit", REMITS, ids=str)
def test_the_condition_says_the_same_as_the_remit(remit: Remit, session: Session, entries: list[Entry]) -> None:
    guide = Actor(account_id=1, remits=(remit,))
    expected = {
        entry.slug
        for entry in entries
        if guide.guides(stake_of_entry(entry).official_key, stake_of_entry(entry).action_fields)
    }
    found = set(session.exec(select(Entry.slug).where(entries_within([remit]))))
    assert found == expected


def test_several_remits_add_up_and_none_is_nothing(session: Session, entries: list[Entry]) -> None:
    both = session.exec(select(Entry.slug).where(entries_within([Remit("07"), Remit("09", "mobilitaet")])))
    assert set(both) == {"in-der-pfalz", "in-bayern-mobil"}
    assert list(session.exec(select(Entry.slug).where(entries_within([])))) == []


def test_a_guide_answers_for_remits_and_a_site_admin_for_everything() -> None:
    assert desk.remits_of(Actor(account_id=1, remits=(Remit("09"),))) == (Remit("09"),)
    assert desk.remits_of(Actor(account_id=1, is_site_admin=True)) == desk.EVERYWHERE
    assert list(desk.remits_of(Actor(account_id=1))) == []


def test_a_kind_is_registered_once() -> None:
    source = desk.TaskSource("nur-im-test", "Nur im Test", "entry.confirm", lambda _r: 0, lambda _r, _o, _l: [])
    desk.register(source)
    try:
        assert desk.find_source("nur-im-test") is source
        assert source in desk.list_sources()
        with pytest.raises(ValueError, match="nur-im-test"):
            desk.register(source)
    finally:
        desk._SOURCES.pop("nur-im-test")
