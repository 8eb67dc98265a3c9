from pathlib import Path

import pytest
from flask import Flask, render_template_string

from marketplace.config import Settings
from marketplace.web import static_files


@pytest.mark.parametrize(("environment", "is_new"), [("development", True), ("production", False)])
def test_the_address_of_a_file_changes_with_it_until_the_site_is_in_service(
    tmp_path: Path, environment: str, is_new: bool
) -> None:
    file = tmp_path / "site.css"
    file.write_text("body { color: black }")
    app = Flask(__name__)
    static_files.init_app(app, Settings.model_construct(environment=environment, static_directory=tmp_path))

    def address() -> str:
        with app.app_context():
            return render_template_string("{{ asset('site.css') }}")

    before = address()
    assert before.startswith("/static/site.css?v=")
    file.write_text("body { color: green; margin: 0 }")
    assert (address() != before) is is_new


def test_a_file_that_is_missing_stops_no_page(tmp_path: Path) -> None:
    app = Flask(__name__)
    static_files.init_app(app, Settings.model_construct(environment="development", static_directory=tmp_path))
    with app.app_context():
        assert render_template_string("{{ asset('weg.css') }}") == "/static/weg.css?v=0"
