"""docs/glossary.md speaks of the code as it is."""

import ast
import re
from types import ModuleType

import pytest

from marketplace.accounts import roles
from marketplace.catalogue import kinds, lifecycle, links, vocabulary
from marketplace.config import ROOT
from marketplace.core.labels import Labelled
from marketplace.organisations import places
from marketplace.search import port


def named_identifiers() -> list[str]:
    """What stands in backticks in the second column of the tables."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    columns = [line.split("|")[2] for line in text.split("\n") if line.startswith("|")]
    return [name for column in columns for name in re.findall(r"`([^`]+)`", column)]


def identifiers_in_code() -> set[str]:
    """Every class, function and variable of the package, and ``Class.member`` for what stands in a class."""
    found: set[str] = set()
    for path in (ROOT / "marketplace").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= names_defined_by(node)
            if isinstance(node, ast.ClassDef):
                found |= {f"{node.name}.{name}" for child in node.body for name in names_defined_by(child)}
    return found


def names_defined_by(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return {node.name}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return set()


def test_every_identifier_of_the_glossary_exists() -> None:
    named = named_identifiers()
    assert len(named) > 80
    assert sorted(set(named) - identifiers_in_code()) == [], "docs/glossary.md names what the code no longer has"


@pytest.mark.parametrize("module", [kinds, lifecycle, links, places, port, roles, vocabulary])
def test_every_closed_list_stands_in_the_glossary(module: ModuleType) -> None:
    lists = {
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Labelled) and value.__module__ == module.__name__
    }
    assert lists
    assert lists - set(named_identifiers()) == set()


def test_no_word_is_paired_twice() -> None:
    named = named_identifiers()
    assert sorted({name for name in named if named.count(name) > 1}) == []
