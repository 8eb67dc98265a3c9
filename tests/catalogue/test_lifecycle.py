import pytest

from marketplace.catalogue.lifecycle import ACTIONS, Status, Subject, actions_from, explain_refusal


def test_the_way_of_a_draft_to_publication() -> None:
    assert actions_from(Subject.DRAFT, Status.DRAFT) == ["draft.submit"]
    assert actions_from(Subject.DRAFT, Status.IN_REVIEW) == [
        "draft.recall", "draft.ask_back", "draft.approve", "draft.decline",
    ]  # fmt: skip
    assert actions_from(Subject.DRAFT, Status.PUBLISHED) == []


def test_the_end_of_an_entry_and_its_return() -> None:
    assert actions_from(Subject.ENTRY, Status.PUBLISHED) == ["entry.hold", "entry.archive", "entry.withdraw"]
    assert actions_from(Subject.ENTRY, Status.HELD) == ["entry.withdraw", "entry.reinstate"]
    assert actions_from(Subject.ENTRY, Status.ARCHIVED) == ["entry.withdraw", "entry.reinstate"]
    assert actions_from(Subject.ENTRY, Status.WITHDRAWN) == ["entry.reinstate"]
    assert actions_from(Subject.ENTRY, Status.MERGED) == ["entry.reinstate"]


@pytest.mark.parametrize("name", ["draft.ask_back", "draft.decline", "entry.hold", "entry.archive", "entry.withdraw"])
def test_what_disappoints_somebody_needs_a_reason(name: str) -> None:
    since = next(iter(ACTIONS[name].since))
    assert "Begründung" in (explain_refusal(name, since, "  ") or "")
    assert explain_refusal(name, since, "Weil es so ist.") is None


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_refused_in_every_other_state(name: str) -> None:
    for status in set(Status) - ACTIONS[name].since:
        assert status.label in (explain_refusal(name, status, "Grund") or "")
