from click.testing import CliRunner
from flask import Flask

from marketplace.core.db import Database
from marketplace.search.cli import search
from marketplace.search.engines.whoosh import WhooshEngine
from tests.factories.catalogue import add_entry


def run(app: Flask, *args: str) -> tuple[int, str]:
    with app.app_context():
        result = CliRunner().invoke(search, args)
    return result.exit_code, result.output


def test_rebuild_then_status(app: Flask, database: Database, tmp_path: object) -> None:
    app.extensions["search_engine"] = WhooshEngine(app.config["SETTINGS"].search_directory, lock_timeout=0.05)
    with database.unit_of_work():
        add_entry(slug="a-eins")
    code, output = run(app, "status")
    assert code == 1
    assert "Der Suchindex fehlt" in output
    code, output = run(app, "rebuild")
    assert (code, output.splitlines()[-1]) == (0, "1 Einträge im Suchindex.")
    assert run(app, "status") == (0, "Der Suchindex ist vollständig: 1 Einträge.\n")


def test_rebuild_while_another_process_writes(app: Flask) -> None:
    directory = app.config["SETTINGS"].search_directory
    app.extensions["search_engine"] = WhooshEngine(directory, lock_timeout=0.05)
    with WhooshEngine(directory).exclusive():
        code, output = run(app, "rebuild")
    assert code == 1
    assert "Der Suchindex wird gerade von einem anderen Prozess geschrieben." in output
