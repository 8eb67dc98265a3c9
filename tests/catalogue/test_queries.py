from sqlmodel import Session

from marketplace.catalogue import queries, service
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.catalogue.vocabulary import ActionField, ProgrammeStatus
from marketplace.organisations.places import State
from tests.factories.catalogue import add_entry, add_organisation, link


def test_cards_come_in_the_order_asked_for_and_only_of_published_entries(session: Session) -> None:
    first, second, draft = (add_entry(slug=slug) for slug in ("eintrag-a", "eintrag-b", "eintrag-c"))
    draft.status = "entwurf"
    session.flush()
    cards = queries.list_cards([service.id_of(entry) for entry in (second, draft, first)])
    assert [card.slug for card in cards] == ["eintrag-b", "eintrag-a"]
    assert queries.list_cards([]) == []


def states_of(slug: str) -> list[State]:
    entry = queries.get_readable_entry(slug)
    return queries.get_card(entry).states


def test_the_laender_of_a_card_are_those_nearest_to_the_entry(session: Session) -> None:
    add_organisation("09572164", "Weisendorf")
    add_organisation("01002000", "Kiel")
    add_organisation("bund", "Ein Ministerium", kind="ministerium")
    add_entry(slug="selbst-genannt", organisation="09572164", laender=["hessen"], beteiligte=["01002000"])
    add_entry(slug="von-der-kommune", organisation="09572164", beteiligte=["01002000"])
    add_entry(slug="von-beteiligten", organisation="bund", beteiligte=["01002000", "09572164"])
    add_entry(slug="von-niemandem", organisation="bund")
    assert states_of("selbst-genannt") == [State.HESSEN]
    assert states_of("von-der-kommune") == [State.BAYERN]
    assert states_of("von-beteiligten") == [State.SCHLESWIG_HOLSTEIN, State.BAYERN]
    assert states_of("von-niemandem") == []


def test_only_programmes_have_a_status(session: Session) -> None:
    programme = queries.get_card(add_entry(Kind.PROGRAMME, "altes-programm", beendet=True))
    assert programme.programme_status is ProgrammeStatus.CLOSED
    assert queries.get_card(add_entry(Kind.PROJECT)).programme_status is None


def test_an_organisation_behind_and_in_an_entry_counts_it_once(session: Session) -> None:
    organisation = add_organisation()
    add_entry(slug="doppelt-dabei", organisation=organisation.key, beteiligte=[organisation.key])
    add_entry(slug="nur-beteiligt", beteiligte=[organisation.key])
    add_entry(slug="noch-entwurf", organisation=organisation.key).status = "entwurf"
    session.flush()
    assert queries.count_by_organisation() == {organisation.id: 2}
    assert [card.slug for card in queries.list_of_organisation(organisation.id or 0)] == ["doppelt-dabei"]
    assert [card.slug for card in queries.list_with_participant(organisation.id or 0)] == ["nur-beteiligt"]


def test_an_action_field_begins_with_entries_for_which_it_is_the_main_one(session: Session) -> None:
    add_entry(slug="nebenbei", handlungsfelder=["energie", "wasser"], stand=2026)
    add_entry(slug="aelter", handlungsfelder=["wasser"], stand=2017)
    add_entry(slug="neuer", handlungsfelder=["wasser", "energie"], stand=2024)
    cards = queries.list_of_action_field(ActionField.WATER, [Kind.PROJECT], 12)[Kind.PROJECT]
    assert [card.slug for card in cards] == ["neuer", "aelter", "nebenbei"]


def test_programmes_of_other_countries_come_last_in_an_action_field(session: Session) -> None:
    add_entry(Kind.PROGRAMME, "spanien", staat="Spanien", handlungsfelder=["wasser"], stand=2025)
    add_entry(Kind.PROGRAMME, "hier", handlungsfelder=["energie", "wasser"], stand=2017)
    session.flush()
    cards = queries.list_of_action_field(ActionField.WATER, [Kind.PROGRAMME], 12)[Kind.PROGRAMME]
    assert [card.slug for card in cards] == ["hier", "spanien"]


def link_groups(entry: Entry) -> list[queries.LinkGroup]:
    """What the page of an entry shows of its links."""
    links = queries.list_links(entry)
    cards = queries.cards_beside(entry, [queries.other_end(each, entry) for each in links])
    return queries.group_links(entry, links, cards)


def test_links_are_grouped_by_what_the_other_is_for_this_one(session: Session) -> None:
    project, solution = add_entry(Kind.PROJECT, "ein-projekt"), add_entry(Kind.SOLUTION, "eine-loesung")
    lesson = add_entry(Kind.LESSON, "eine-erfahrung")
    link(project, "nutzt", solution)
    link(lesson, "gemacht-mit", solution)
    session.flush()
    groups = {group.label: [linked.card.slug for linked in group.entries] for group in link_groups(solution)}
    assert groups == {"Genutzt in": ["ein-projekt"], "Erfahrungen dazu": ["eine-erfahrung"]}


def test_two_entries_that_point_at_each_other_are_named_once(session: Session) -> None:
    one, other = add_entry(slug="eins-hier"), add_entry(slug="zwei-hier")
    link(one, "siehe-auch", other)
    link(other, "siehe-auch", one)
    session.flush()
    [group] = link_groups(one)
    assert [linked.card.slug for linked in group.entries] == ["zwei-hier"]
