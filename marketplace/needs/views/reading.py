"""Pages for everybody: the list of Gesuche and one of them."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core.permissions import is_allowed
from marketplace.needs import listing, queries
from marketplace.needs.forms import AnswerForm
from marketplace.needs.listing import NeedFilter
from marketplace.needs.models import Need
from marketplace.needs.rules import GROUP_FROM, MAX_ANSWER, Closing, Shown, explain_no_group
from marketplace.needs.views.shared import blueprint, give_token
from marketplace.organisations.places import SizeClass, State
from marketplace.web.access import current_actor, public


@blueprint.get("/gesuche")
@public
def needs() -> str:
    """What municipalities look for; values that are in no list are left out."""
    wanted = NeedFilter(
        Shown.find_value(request.args.get("stand", "")) or Shown.OPEN,
        ActionField.find_value(request.args.get("feld", "")),
        State.find_value(request.args.get("land", "")),
        SizeClass.find_value(request.args.get("groesse", "")),
    )
    page = listing.list_needs(wanted, request.args.get("seite", 1, type=_page_number))
    return render_template(
        "needs/needs.html",
        page=page,
        wanted=wanted,
        shown=list(Shown),
        action_fields=list(ActionField),
        states=list(State),
        sizes=list(SizeClass),
        address=lambda **changes: _address(wanted, **changes),
    )


def _address(wanted: NeedFilter, **changes: Any) -> str:
    chosen = {
        "stand": None if wanted.shown is Shown.OPEN else wanted.shown.value,
        "feld": wanted.action_field and wanted.action_field.value,
        "land": wanted.state and wanted.state.value,
        "groesse": wanted.size and wanted.size.value,
    }
    return url_for("needs.needs", **{**chosen, **changes})


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return int(text[:6])


@blueprint.get("/gesuche/<slug>")
@public
def need(slug: str) -> str:
    """One Gesuch."""
    return need_page(queries.get_readable_need(slug), AnswerForm())


def need_page(found: Need, form: AnswerForm) -> str:
    """The page of a Gesuch, with what the person may do."""
    actor, thing = current_actor(), queries.need_of(found)
    mine = queries.list_municipalities_of(actor) if actor.is_signed_in else []
    seekers, group = queries.list_seekers(found), queries.find_group(found)
    is_open = queries.is_open(found)
    form.offer(
        queries.list_organisations_of(actor) if actor.is_signed_in else [],
        none=_("als Lotsin oder Lotse") if actor.is_guide or actor.is_site_admin else None,
    )
    give_token(form)
    return render_template(
        "needs/need.html",
        need=found,
        organisation=queries.organisation_of(found),
        action_fields=queries.fields_of(found),
        seekers=seekers,
        answers=queries.list_answers(found),
        news=queries.list_news(found),
        found_entries=catalogue.list_cards([found.found_entry_id]) if found.found_entry_id else [],
        closing=Closing.find_value(found.closing or ""),
        is_open=is_open,
        group=group,
        group_from=GROUP_FROM,
        can_open_group=is_allowed("need.open_group", thing, actor=actor)
        and explain_no_group(len(seekers), has_group=group is not None, is_open=is_open) is None,
        can_see_group=is_allowed("need.see_group", thing, actor=actor),
        can_manage=is_allowed("need.manage", thing, actor=actor),
        can_decide=is_allowed("need.decide", thing, actor=actor),
        can_answer=is_open and is_allowed("need.answer", actor=actor),
        can_remove=lambda answer: is_allowed("need.remove_answer", queries.answer_of(found, answer), actor=actor),
        joinable=[each for each in mine if each.id not in thing.seeker_ids],
        leavable=[each for each in mine if each.id in thing.seeker_ids and each.id != found.organisation_id],
        form=form,
        max_answer=MAX_ANSWER,
    )
