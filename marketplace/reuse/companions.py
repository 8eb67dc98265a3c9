"""Organisations that ask together with the taking one; the feature that brings them together says which they are."""

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from marketplace.core import db
from marketplace.reuse.models import ReuseRequest

Pairs = Callable[[], sa.Select[Any, Any]]

_PAIRS: list[Pairs] = []


def register(pairs: Pairs) -> None:
    """Say which organisations ask together: a select of the numbers of a request and of an organisation."""
    _PAIRS.append(pairs)


def _columns() -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    nobody = sa.select(col(ReuseRequest.id), col(ReuseRequest.taker_id)).where(sa.false())
    request_id, organisation_id = sa.union_all(nobody, *(pairs() for pairs in _PAIRS)).subquery().c
    return request_id, organisation_id


def companions_of(request: ReuseRequest) -> frozenset[int]:
    """Organisations that ask with the taking one; they read and write in the thread as long as they belong to it."""
    request_id, organisation_id = _columns()
    found = db.session().scalars(sa.select(organisation_id).where(request_id == request.id))
    return frozenset(found) - {request.taker_id}


def is_accompanied(organisation_ids: Collection[int]) -> sa.ColumnElement[bool]:
    """Condition on ``ReuseRequest``: one of these organisations asks with the taking one."""
    request_id, organisation_id = _columns()
    return col(ReuseRequest.id).in_(sa.select(request_id).where(organisation_id.in_(organisation_ids)))
