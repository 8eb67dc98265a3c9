"""What would show in public how to reach somebody."""

import pytest

from marketplace.core.contact_data import find_contact_data, refuse_contact_data
from marketplace.core.errors import DomainError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Schreiben Sie an erika.beispiel@weisendorf.example!", "erika.beispiel@weisendorf.example"),
        ("erika (at) weisendorf.example", "erika (at) weisendorf.example"),
        ("Telefon: 09135 71 20-0", "Telefon: 09135 71 20-0"),
        ("Rufen Sie an: +49 9135 7120", "+49 9135 7120"),
        ("Seit 01.01.2026 für 12.000 Menschen, 0,5 Stellen, 1.234.567 Euro", ""),
        ("Treffpunkt @ Rathaus, 15 Uhr", ""),
    ],
)
def test_addresses_and_numbers_are_found_and_dates_and_amounts_are_not(text: str, found: str) -> None:
    assert find_contact_data(text) == found


def test_long_texts_may_hold_numbers_that_are_not_called_phone_numbers() -> None:
    assert find_contact_data("Aktenzeichen 0815 4711 123", bare_numbers=False) == ""
    assert find_contact_data("Tel. 0815 4711", bare_numbers=False)


def test_lists_and_tables_of_texts_are_looked_through() -> None:
    with pytest.raises(DomainError, match="a@b"):
        refuse_contact_data({"text": "gut", "quellen": [{"titel": "an a@b.example"}]}, None, 7)
    refuse_contact_data({"quellen": [{"titel": "https://b.example/a"}]})
