"""Takes the name and the address of somebody who leaves out of texts that stay, because they speak for others too."""

import re
from collections.abc import Iterable
from typing import Any

from marketplace.accounts.models import Account
from marketplace.core import db
from marketplace.core.personal_data import Person

FORMER = "(ehemaliges Konto)"


def forget_names(person: Person, rows: Iterable[Any], *columns: str) -> None:
    """Replace both in these columns, wherever they stand alone."""
    account = db.session().get(Account, person.account_id)
    names = [text for text in (person.mail, account.name if account else "") if text]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    for row in rows:
        for column in columns:
            if text := getattr(row, column):
                setattr(row, column, pattern.sub(FORMER, text))
