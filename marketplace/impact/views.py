"""The transfer in figures: a page with charts and tables, and the same as a file."""

import csv
import io

from flask import Blueprint, Response, render_template

from marketplace.core import clock
from marketplace.impact import queries
from marketplace.impact.figures import QUARTERS, defused, lines_of
from marketplace.web.access import public

blueprint = Blueprint("impact", __name__)


@blueprint.get("/wirkung")
@public
def figures() -> str:
    """All figures, each chart with its table."""
    return render_template("impact/figures.html", impact=queries.get_impact(), quarters=QUARTERS, today=clock.today())


@blueprint.get("/wirkung.csv")
@public
def download() -> Response:
    """The same figures for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Kennzahl", "Gruppe", "Wert"))
    for line in lines_of(queries.get_impact(), clock.today()):
        writer.writerow([defused(cell) for cell in line])
    # With the mark of its encoding, by which spreadsheets know the umlauts.
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="wirkung-{clock.today():%Y-%m-%d}.csv"'
    return response
