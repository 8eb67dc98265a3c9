"""Pages under ``/wissen``: the list and one page."""

from flask import Blueprint, render_template

from marketplace.catalogue.fields import Source
from marketplace.catalogue.presentation import age_in_words
from marketplace.core import clock, markdown
from marketplace.knowledge import library as _library  # noqa: F401 -- registers the part of content/
from marketplace.knowledge import queries
from marketplace.web.access import public

blueprint = Blueprint("knowledge", __name__)


@blueprint.get("/wissen")
@public
def pages() -> str:
    """All pages in their order."""
    return render_template("knowledge/pages.html", pages=queries.list_pages())


@blueprint.get("/wissen/<slug>")
@public
def page(slug: str) -> str:
    """One page with the entries that it helps with."""
    found = queries.get_readable(slug)
    return render_template(
        "knowledge/page.html",
        page=found,
        text=markdown.render(found.body, id_prefix="text-"),
        sources=[Source.model_validate(source) for source in found.sources],
        helped=queries.list_helped(found),
        others=[each for each in queries.list_pages() if each.id != found.id],
        age=age_in_words(found.as_of, clock.today().year),
    )
