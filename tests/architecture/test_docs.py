"""What the documents promise is true."""

import re
from pathlib import Path

import pytest
from click import Group
from sqlmodel import Session

from marketplace.catalogue import entry_file
from marketplace.catalogue.kinds import Kind
from marketplace.cli import blaupause
from marketplace.config import ROOT
from marketplace.curation.collections.library import import_collections
from marketplace.knowledge import page_file
from tools.write_docs import DOCUMENTS

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_generated_documents_are_up_to_date(path) -> None:
    assert path.read_text(encoding="utf-8") == DOCUMENTS[path](), "Bitte `make docs` ausführen."


def test_every_example_in_the_content_readme_is_valid() -> None:
    text = (ROOT / "content" / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```markdown\n(.*?)```", text, re.DOTALL)
    kinds = set()
    for example in examples:
        file = entry_file.read("README.md", example.encode())
        assert [str(problem) for problem in file.problems] == []
        assert file.content is not None
        kinds.add(file.content.shared.kind)
    assert kinds == set(Kind)


def test_the_example_of_a_starter_package_in_the_content_readme_is_valid(session: Session, tmp_path: Path) -> None:
    text = (ROOT / "content" / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```md\n(.*?)```", text, re.DOTALL)
    (tmp_path / "sammlungen").mkdir()
    (tmp_path / "sammlungen" / "beispiel-sammlung.md").write_text(example, encoding="utf-8")
    entries = {path.stem for kind in Kind for path in (ROOT / "content" / kind.path).glob("*.md")}
    report = import_collections(tmp_path, coming=entries, dry_run=True)
    assert [str(problem) for problem in report.problems] == []
    assert report.counts == {"neu": 1}


def test_the_example_of_a_background_page_in_the_content_readme_is_valid() -> None:
    text = (ROOT / "content" / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```page\n(.*?)```", text, re.DOTALL)
    assert [str(problem) for problem in page_file.read("beispiel-seite.md", example.encode()).problems] == []


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", README))
    assert {"run", "test"} <= named
    assert named <= targets


def test_every_command_in_the_readme_exists() -> None:
    named = set(re.findall(r"blaupause ((?:[a-z]+ )*[a-z]+)", README))
    known = set()
    for name, command in blaupause.commands.items():
        known.add(name)
        if isinstance(command, Group):
            known |= {f"{name} {sub}" for sub in command.commands}
    assert named
    for words in named:
        assert any(words == each or words.startswith(each + " ") for each in known), f"blaupause {words} gibt es nicht."


def test_every_file_linked_in_the_readme_exists() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_every_decision_has_the_four_parts() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert records
    for record in records:
        text = record.read_text(encoding="utf-8")
        for part in ("## Context", "## Decision", "## Status", "## Consequences"):
            assert part in text, f"{record.name}: {part} fehlt."


LOOKED_AT_BY_PEOPLE = {
    "Der Entwurf wird geprüft. Solange lässt er sich nicht ändern; Sie können ihn zurückholen.",
    "Beruht eine Mitgliedschaft auf Ihrer bisherigen Adresse, wird sie danach neu geprüft.",
}
"""Sentences of pages that say so of what a person does."""


def test_nothing_is_called_checked_that_no_person_looks_at() -> None:
    found = set()
    for path in (ROOT / "templates").rglob("*.html"):
        texts = re.findall(r'_\("([^"]*)"', path.read_text(encoding="utf-8"))
        found |= {text for text in texts if re.search(r"\b[Gg]eprüft", text)}
    assert found - LOOKED_AT_BY_PEOPLE == set(), "Eine Maschine liest oder ruft ab; prüfen tun Menschen."


def test_what_the_security_document_points_at_exists() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    code = {path for path in re.findall(r"`(marketplace/[\w/.]+)`", text) if not (ROOT / path).exists()}
    tests = set(re.findall(r"`([\w/]+/test_\w+\.py|test_\w+\.py)`", text))
    assert code == set()
    assert {path for path in tests if not (ROOT / "tests" / path).exists()} == set()
    settings = set(re.findall(r"`(BLAUPAUSE_\w+)", text))
    assert settings <= set(
        re.findall(r"`(BLAUPAUSE_\w+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))
    )
