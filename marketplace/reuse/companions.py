"""Organisations that ask together with the taking one; the feature that brings them together says which they are."""

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from marketplace.core import db
from marketplace.reuse.models import ReuseRequest

Pairs = Callable[[], sa.Select[Any]]

_PAIRS: list[Pairs] = []


def register(pairs: Pairs) -> None:
    """Say which organisations ask together: a select of ``request_id`` and ``organisation_id``."""
    _PAIRS.append(pairs)


def _pairs() -> sa.Subquery:
    nobody = sa.select(col(ReuseRequest.id).label("request_id"), col(ReuseRequest.taker_id).label("organisation_id"))
    return sa.union_all(nobody.where(sa.false()), *(pairs() for pairs in _PAIRS)).subquery()


def companions_of(request: ReuseRequest) -> frozenset[int]:
    """Organisations that ask with the taking one; they read and write in the thread as long as they belong to it."""
    pairs = _pairs()
    statement = sa.select(pairs.c.organisation_id).where(pairs.c.request_id == request.id)
    return frozenset(db.session().scalars(statement)) - {request.taker_id}


def is_accompanied(organisation_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Condition on ``ReuseRequest``: one of these organisations asks with the taking one."""
    pairs = _pairs()
    return col(ReuseRequest.id).in_(sa.select(pairs.c.request_id).where(pairs.c.organisation_id.in_(organisation_ids)))
