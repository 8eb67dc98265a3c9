"""The search page. Whatever stands in the address, there is a page."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, after_this_request, jsonify, render_template, request

from marketplace.catalogue import figures
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core.actor import GUIDE, SITE_ADMIN
from marketplace.knowledge import page_search
from marketplace.knowledge.page_search import PageHit
from marketplace.search import counting, guidance, service
from marketplace.search import suggestions as suggesting
from marketplace.search.guidance import Answered, Period
from marketplace.search.phrases import Outcome
from marketplace.search.port import MAX_QUERY_LENGTH, Facet, SearchQuery, SearchUnavailableError, Sort
from marketplace.search.results import SearchPage
from marketplace.search.url import args_from_query, clean_text, query_from_args, unfolded_from_args, without_filter
from marketplace.web.access import current_actor, public, role
from marketplace.web.language import shown
from marketplace.web.rate_limit import limiter, search_limit, suggestion_limit

blueprint = Blueprint("search", __name__)


@blueprint.get("")
@public
@limiter.limit(search_limit)
def results() -> str:
    """Results with facets; without any words, all entries."""
    query, hints = query_from_args(request.args)
    unfolded = unfolded_from_args(request.args)
    try:
        page = guidance.with_reasons(service.search(query, unfolded), actor=current_actor())
    except SearchUnavailableError:
        return render_template("search/unavailable.html", query=query, action_fields=_action_fields())
    if _is_new_search() and not hints:
        counting.note_search(replace(query, text=page.query.text), page)
        after_this_request(counting.flush_after)
    return render_template(
        "search/results.html",
        query=page.query,
        page=page,
        background=_find_background(query, page),
        hints=[*hints, *page.hints],
        unfolded=unfolded,
        typed_town="" if page.scope.town else query.town,
        only_kind=_only_kind(page),
        address=_address,
        sort_address=_sort_address,
        unfolding_address=_unfolding_address,
        without_filter=without_filter,
        action_fields=_action_fields(page.nearby.action_fields) if page.total == 0 else [],
    )


@blueprint.get("/vorschlaege")
@public
@limiter.limit(suggestion_limit)
def suggestions() -> Response:
    """Suggestions as JSON while somebody types; an empty list for whatever has none."""
    text = clean_text(request.args.get("q", "")[:MAX_QUERY_LENGTH])
    found, may_be_kept = suggesting.suggest(text)
    response = jsonify(
        query=text,
        suggestions=[
            {"kind": each.kind.value, "label": shown(each.label), "note": shown(each.note), "address": each.address}
            for each in found
        ],
    )
    response.headers["Cache-Control"] = f"public, max-age={suggesting.CACHE_SECONDS}" if may_be_kept else "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/warum/<slug>")
@role(GUIDE, SITE_ADMIN)
@limiter.limit(search_limit)
def why_here(slug: str) -> str:
    """Why an entry stands where it stands among the results of a query."""
    text = clean_text(request.args.get("q", "")[: 10 * MAX_QUERY_LENGTH])[:MAX_QUERY_LENGTH]
    try:
        found = guidance.explain_rank(text, slug, actor=current_actor())
    except SearchUnavailableError:
        return render_template("search/unavailable.html", query=SearchQuery(text), action_fields=_action_fields())
    return render_template("search/why_here.html", text=text, found=found, kind=Kind(found.entry.kind))


@blueprint.get("/gesucht")
@role(GUIDE, SITE_ADMIN)
def searched() -> str:
    """What people search for, and what of it they do not find."""
    answered = Answered.find_value(request.args.get("ergebnis", "")) or Answered.UNANSWERED
    period = Period.find_value(request.args.get("tage", "")) or Period.MONTH
    rows = guidance.list_searches(answered, period, actor=current_actor())
    return render_template(
        "search/searched.html",
        answered=answered,
        period=period,
        rows=rows,
        labels={outcome.value: outcome.label for outcome in Outcome},
        most=guidance.MOST_PHRASES,
    )


def _find_background(typed: SearchQuery, page: SearchPage) -> list[PageHit]:
    """Pages under ``/wissen`` for the words: above the first results, and only where nobody filters entries."""
    return [] if page.restrictions or page.page > 1 else page_search.find_pages(typed.text, page.query.text)


def _is_new_search() -> bool:
    """Whether somebody asks for the first time: no reload, no look ahead of the browser."""
    return request.method == "GET" and not any(name in request.headers for name in ("If-None-Match", "Sec-Purpose"))


def _address(query: SearchQuery, **changes: Any) -> str:
    args = args_from_query(query, **changes)
    return f"/suche?{urlencode(args)}" if args else "/suche"


def _sort_address(page: SearchPage, sort: Sort) -> str:
    """Where the results are in another order; the order that comes by itself needs no parameter."""
    return _address(page.query, sort=Sort.RELEVANCE if sort is page.sorts[0] else sort)


def _unfolding_address(query: SearchQuery, facet: Facet) -> str:
    """Where all choices of a facet are shown; the page comes to stand at them."""
    args = [*args_from_query(query, page=1), ("mehr", facet.value)]
    return f"/suche?{urlencode(args)}#filter-{facet.value}"


def _only_kind(page: SearchPage) -> Kind | None:
    """The kind, where the page lists all entries of one kind."""
    kinds = page.query.filters.get(Facet.KIND, frozenset())
    return Kind(next(iter(kinds))) if len(kinds) == 1 and page.restrictions == 1 and not page.query.text else None


def _action_fields(wanted: Collection[ActionField] = ()) -> list[tuple[ActionField, int]]:
    """Action fields with their numbers of entries: those that are wanted, else all that have any."""
    counted = figures.current()
    counts = [(field, counted.in_action_field(field)) for field in wanted or ActionField]
    return [(field, number) for field, number in counts if number]
