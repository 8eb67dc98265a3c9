"""What is the same for all applications of a run is made once: functions for addresses, templates, quick passwords.

Each test has an application of its own. Nothing that a test can change is shared, only what is derived from code.
"""

from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.engine import URL, Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from marketplace.accounts import passwords
from marketplace.core import db


class _Templates(BytecodeCache):
    """Templates as Jinja compiled them, by their text."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._compiled[bucket.key, bucket.checksum] = bucket.code


def share() -> None:
    """Have all applications of this process share what takes long to make and never differs."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    _share_builders()
    _share_statements()
    # A real hash takes 20 ms on purpose. These are as real, only cheap; test_passwords.py looks at the real costs.
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _share_builders() -> None:
    """Werkzeug writes and compiles two functions for each address of an application, 40 ms for all."""
    compile_builder: Any = Rule._compile_builder
    built: dict[tuple[Any, ...], Any] = {}

    def shared(rule: Rule, append_unknown: bool = True) -> Any:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (rule.rule, append_unknown, tuple(rule._trace), defaults)
        if key not in built:
            built[key] = compile_builder(rule, append_unknown)
        return built[key]

    Rule._compile_builder = shared  # type: ignore[method-assign]


def _share_statements() -> None:
    """SQLAlchemy writes each statement as SQL once for each engine; all on SQLite write the same."""
    create_engine = db._create_engine
    first: list[Engine] = []

    def sharing(url: URL) -> Engine:
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            if not first:
                first.append(engine)
                engine._compiled_cache = LRUCache(4000)
            engine.dialect, engine._compiled_cache = first[0].dialect, first[0]._compiled_cache
        return engine

    db._create_engine = sharing
