"""Pages of a group: what its members write, and how they split the costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.throttle import ThrottledError
from marketplace.core.errors import DomainError, NotFoundError
from marketplace.core.permissions import authorize, is_allowed
from marketplace.needs import group_queries, groups, queries
from marketplace.needs.cost_split import SplitMethod, missing_measures, read_euro
from marketplace.needs.forms import CostForm, MessageForm, TogetherForm, read_weight
from marketplace.needs.models import Need, NeedGroup
from marketplace.needs.rules import MAX_MESSAGE, MAX_TOGETHER
from marketplace.needs.views import shared
from marketplace.needs.views.shared import blueprint, give_token, token_of
from marketplace.organisations.models import Organisation
from marketplace.reuse import queries as requests
from marketplace.web.access import current_actor, signed_in
from marketplace.web.templating import number_de
from marketplace.web.transaction import writes

Answer = str | Response | tuple[str, int]


@blueprint.get("/gesuche/<slug>/gruppe")
@signed_in
def group(slug: str) -> str:
    """What the group wrote, and its costs."""
    need, found = _get(slug)
    return _group_page(need, found, _forms(found))


def _get(slug: str) -> tuple[Need, NeedGroup]:
    need = queries.get_need(slug)
    authorize("need.see_group", queries.need_of(need), actor=current_actor())
    found = queries.find_group(need)
    if found is None:
        raise NotFoundError("")
    return need, found


def _cost_form(found: NeedGroup) -> CostForm:
    form = CostForm(formdata=None)
    form.once.data, form.yearly.data = _amount(found.once_cents), _amount(found.yearly_cents)
    form.method.data, form.revision.data = found.method, str(found.revision)
    return form


def _amount(cents: int) -> str:
    return f"{number_de(cents // 100)},{cents % 100:02}" if cents else ""


def _mine(need: Need) -> list[Organisation]:
    """Those of the person's municipalities that look for it."""
    seekers = queries.need_of(need).seeker_ids
    return [each for each in queries.list_municipalities_of(current_actor()) if each.id in seekers]


@dataclass
class _Forms:
    """The three forms of the page; those that were not sent are as the group has them."""

    message: MessageForm
    costs: CostForm
    together: TogetherForm
    weights: Mapping[int, Any] | None = None


def _forms(found: NeedGroup, **sent: Any) -> _Forms:
    fresh = {
        "message": MessageForm(formdata=None), "costs": _cost_form(found), "together": TogetherForm(formdata=None),
    }  # fmt: skip
    return _Forms(**{**fresh, **sent})


def _group_page(need: Need, found: NeedGroup, forms: _Forms) -> str:
    actor, partners = current_actor(), groups.partners_of(need)
    guide = _("als Lotsin oder Lotse") if actor.is_guide or actor.is_site_admin else None
    forms.message.offer(_mine(need), none=guide)
    give_token(forms.message)
    give_token(forms.together)
    shared_request = group_queries.find_shared(found)
    page = group_queries.list_messages(need, request.args.get("seite", type=_page_number))
    method = SplitMethod.find_value(found.method) or SplitMethod.EQUAL
    return render_template(
        "needs/group.html",
        need=need,
        group=found,
        page=page,
        page_address=lambda number: url_for("needs.group", slug=need.slug, seite=number),
        partners=partners,
        table=groups.costs_of(need, found),
        missing=missing_measures(partners, method),
        method=method,
        shared=shared_request,
        state=shared_request.around.state if shared_request else None,
        may_ask=is_allowed("need.ask_together", queries.need_of(need), actor=actor)
        and not (shared_request and shared_request.is_running),
        may_open=shared_request is not None
        and is_allowed("request.view", requests.sides_of(shared_request.around.request), actor=actor),
        form=forms.message,
        costs=forms.costs,
        together=forms.together,
        max_together=MAX_TOGETHER,
        weights=forms.weights or {each.organisation_id: each.weight for each in partners},
        max_message=MAX_MESSAGE,
    )


def _page_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return int(text[:6])


@blueprint.post("/gesuche/<slug>/gruppe/schreiben")
@signed_in
@writes
def write(slug: str) -> Answer:
    """Write to the group."""
    need, found = _get(slug)
    form, actor = MessageForm(), current_actor()
    if not form.validate_on_submit():
        return _group_page(need, found, _forms(found, message=form))
    organisation = form.chosen(_mine(need)) if form.organisation.data != "" else None
    try:
        shared.count_try(shared.WRITTEN, actor)
        groups.write_message(need, token_of(form), form.text.data, organisation, actor=actor)
    except (ThrottledError, DomainError) as error:
        form.form_errors.append(error.message)
        return _group_page(need, found, _forms(found, message=form)), error.status
    return redirect(url_for("needs.group", slug=slug, _anchor="ende"), 303)


@blueprint.post("/gesuche/<slug>/gruppe/kosten")
@signed_in
@writes
def split_costs(slug: str) -> Answer:
    """Keep by what the costs are split."""
    need, found = _get(slug)
    form = CostForm()
    typed = {
        each.organisation_id: request.form.get(f"anteil-{each.organisation_id}", "")
        for each in groups.partners_of(need)
    }
    if not form.validate_on_submit():
        return _group_page(need, found, _forms(found, costs=form, weights=typed))
    try:
        groups.save_costs(
            need, SplitMethod(form.method.data), read_euro(form.once.data or "") or 0,
            read_euro(form.yearly.data or "") or 0, {key: read_weight(text) for key, text in typed.items()},
            seen=form.seen, actor=current_actor(),
        )  # fmt: skip
    except DomainError as error:
        form.form_errors.append(error.message)
        form.revision.data = str(found.revision)
        return _group_page(need, found, _forms(found, costs=form, weights=typed)), 409
    flash(_("Die Kosten sind aufgeteilt."))
    return redirect(url_for("needs.group", slug=slug, _anchor="kosten"), 303)


@blueprint.post("/gesuche/<slug>/gruppe/anfragen")
@signed_in
@writes
def ask_together(slug: str) -> Answer:
    """Send the request of the group."""
    need, found = _get(slug)
    form, actor = TogetherForm(), current_actor()
    authorize("need.ask_together", queries.need_of(need), actor=actor)
    if not form.validate_on_submit():
        return _group_page(need, found, _forms(found, together=form))
    try:
        entry = shared.entry_named(form)
        if entry is not None:
            groups.ask_together(need, entry, form.question.data, token=token_of(form), actor=actor)
    except DomainError as error:
        form.add_error(form.entry, error)
        return _group_page(need, found, _forms(found, together=form)), error.status
    flash(_("Die gemeinsame Anfrage ist gesendet."))
    return redirect(url_for("needs.group", slug=slug, _anchor="anfrage"), 303)
