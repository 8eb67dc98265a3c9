"""The file ``content/synonyme.yml``: read with all its faults named, and read again whenever it was changed."""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from marketplace.search.synonyms import NONE, Group, Key, Relation, Synonyms, main_key, terms_of

PAUSE = 1.0
"""Seconds after which the file is looked at again."""

MAX_LENGTH = 60
"""Characters of a word, or of several that belong together."""

_EVERYDAY = "alltag"
_BROADER = "oberbegriff"
_FORMS = (
    frozenset({Relation.SAME.value}),
    frozenset({_EVERYDAY, Relation.MEANT.value}),
    frozenset({Relation.RELATED.value}),
    frozenset({_BROADER, Relation.NARROWER.value}),
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """What is wrong in a line."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"Zeile {self.line}: {self.text}"


class _InvalidGroupError(Exception):
    """A group cannot be used; says why."""


def read_groups(text: str) -> tuple[list[Group], list[Problem]]:
    """All valid groups of a file, and what is wrong with the others."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 1
        return [], [Problem(line, "Das ist kein gültiges YAML. Fehlt eine Klammer, ein Komma oder ein Leerzeichen?")]
    except yaml.YAMLError:
        return [], [Problem(1, "Die Datei enthält Zeichen, die in YAML nicht erlaubt sind.")]
    if root is None:
        return [], []
    if not isinstance(root, yaml.SequenceNode):
        return [], [Problem(1, "Erwartet wird eine Liste: je Zeile eine Gruppe, die mit „- {“ beginnt.")]
    groups, problems = [], []
    lines: dict[str, int] = {}
    for node in root.value:
        line = node.start_mark.line + 1
        try:
            groups.append(_read_group(node, line, lines))
        except _InvalidGroupError as error:
            problems.append(Problem(line, str(error)))
    return groups, problems


def _read_group(node: yaml.Node, line: int, lines: dict[str, int]) -> Group:
    """``lines`` tells in which line a word stands that has words of the same meaning."""
    fields = _fields_of(node)
    relation = Relation(next(name for name in fields if name not in (_EVERYDAY, _BROADER)))
    heads = [fields[_BROADER]] if _BROADER in fields else _read_list(fields, _EVERYDAY) if _EVERYDAY in fields else []
    words = [_read_word(each) for each in (*heads, *_read_list(fields, relation.value))]
    if len(words) < 2 or len(words) == len(heads):
        raise _InvalidGroupError("Eine Gruppe braucht mindestens zwei Wörter, nach „meint“ eines.")
    seen: dict[Key, str] = {}
    for word in words:
        before = seen.setdefault(terms_of(word), word)
        if before is not word:
            raise _InvalidGroupError(f"„{before}“ und „{word}“ sind für die Suche dasselbe Wort.")
        if relation is Relation.SAME and main_key(word) in lines:
            raise _InvalidGroupError(
                f"„{word}“ steht schon in Zeile {lines[main_key(word)]} in einer Gruppe „gleich“. "
                "Bitte beide Gruppen zusammenlegen."
            )
    if relation is Relation.SAME:
        lines.update(dict.fromkeys(map(main_key, words), line))
    return Group(relation, tuple(words), len(heads) or 1)


def _read_list(fields: dict[str, yaml.Node], name: str) -> list[yaml.Node]:
    listed = fields[name]
    if not isinstance(listed, yaml.SequenceNode):
        raise _InvalidGroupError(f"Nach „{name}:“ wird eine Liste in eckigen Klammern erwartet.")
    return list(listed.value)


def _fields_of(node: yaml.Node) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise _InvalidGroupError("Eine Gruppe hat die Form {gleich: [Wort, Wort]}.")
    fields = {str(key.value): value for key, value in node.value}
    if set(fields) not in _FORMS:
        given = ", ".join(f"„{name}“" for name in fields)
        raise _InvalidGroupError(
            "Eine Gruppe hat „gleich“, „verwandt“, „alltag“ mit „meint“ oder „oberbegriff“ mit „unterbegriffe“; "
            f"hier steht {given}."
        )
    return fields


def _read_word(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not (word := str(node.value).strip()):
        raise _InvalidGroupError("Jedes Wort einer Gruppe ist ein Text.")
    if len(word) > MAX_LENGTH:
        raise _InvalidGroupError(f"„{word[:30]}…“ ist länger als {MAX_LENGTH} Zeichen.")
    if not main_key(word):
        raise _InvalidGroupError(f"„{word}“ enthält kein Wort, nach dem gesucht werden kann.")
    return word


@lru_cache(maxsize=2)
def _synonyms_in(text: str) -> tuple[Synonyms, tuple[Problem, ...]]:
    """What a file says, and what is wrong with it; all applications of a process share it."""
    groups, problems = read_groups(text)
    return Synonyms(groups), tuple(problems)


def list_problems(path: Path) -> Iterator[Problem]:
    """What is wrong with a file; a missing one is no problem."""
    if path.exists():
        yield from read_groups(path.read_text(encoding="utf-8", errors="replace"))[1]


class SynonymFile:
    """The synonyms of a file as it is now. Faulty groups are left out; an unreadable file leaves what was before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._state: tuple[int, int] | None = None
        self._looked = -PAUSE
        self._synonyms = NONE

    def __call__(self) -> Synonyms:
        """The synonyms now."""
        now = time.monotonic()
        if now - self._looked >= PAUSE and self._lock.acquire(blocking=self._state is None):
            try:
                self._look()
                self._looked = now
            finally:
                self._lock.release()
        return self._synonyms

    def _look(self) -> None:
        try:
            status = self.path.stat()
            state = (status.st_size, status.st_mtime_ns)
            if state == self._state:
                return
            synonyms, problems = _synonyms_in(self.path.read_text(encoding="utf-8", errors="replace"))
        except OSError as error:
            _log.warning("The synonyms are not read: %s", error)
            state, synonyms, problems = (0, 0), NONE, ()
        for problem in problems:
            _log.warning("%s: %s", self.path.name, problem)
        if synonyms.longest or not problems:
            self._synonyms = synonyms
        self._state = state
