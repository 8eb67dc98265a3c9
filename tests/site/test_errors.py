import pytest
from flask import Flask, g

from marketplace.web.errors import STATUS_WITH_OWN_PAGE, error_page
from tests.support import page


@pytest.mark.parametrize("status", sorted(STATUS_WITH_OWN_PAGE))
def test_every_error_has_a_good_page_with_a_way_on(app: Flask, status: int) -> None:
    with app.test_request_context("/irgendwo"):
        html, answered = error_page(status)
    found = page.check(f"/fehler/{status}", html)
    assert answered == status
    assert any(a.get("href") == "/" for a in found.one("main").iter(page.NAMESPACE + "a")) or found.all("input")


def test_a_sentence_for_people_is_shown_as_text(app: Flask) -> None:
    with app.test_request_context("/irgendwo"):
        html, _ = error_page(400, "Das geht <b>nicht</b>.")
    assert "Das geht <b>nicht</b>." in page.check("/", html).text


def test_an_unexpected_error_names_the_number_to_ask_for(app: Flask) -> None:
    with app.test_request_context("/irgendwo"):
        g.request_id = "0123abcd"
        html, _ = error_page(500)
    assert "0123abcd" in page.check("/", html).text


def test_an_error_without_a_page_of_its_own_gets_the_nearest(app: Flask) -> None:
    with app.test_request_context("/irgendwo"):
        assert error_page(418)[1] == 418
        assert "Fehler 400" in error_page(418)[0]
        assert "Fehler 500" in error_page(504)[0]
