"""What points at sets of attachments. A set that nothing points at is rubbish (``service.forget_unused``).

A feature that keeps attachments registers its column once, in its ``models.py``. Should one forget to, the foreign key
keeps the database from losing its files: the job fails and says so.
"""

from typing import Any

from sqlmodel import SQLModel

_HOLDERS: dict[str, Any] = {}


def register_holder(model: type[SQLModel], column: str = "attachment_set_id") -> None:
    """Say that rows of a table hold the sets that this column names."""
    _HOLDERS[f"{model.__tablename__}.{column}"] = getattr(model, column)


def list_holders() -> list[Any]:
    """All columns that hold sets."""
    return list(_HOLDERS.values())
