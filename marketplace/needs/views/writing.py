"""Pages for municipalities: write a Gesuch, change it, close it, look for the same, answer."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.throttle import ThrottledError
from marketplace.core.errors import DomainError
from marketplace.core.permissions import authorize
from marketplace.needs import queries, service
from marketplace.needs.forms import AnswerForm, CloseForm, NeedForm
from marketplace.needs.models import Need
from marketplace.needs.rules import MAX_NOTE, MAX_TEXT, MAX_WORDS, MOST_FIELDS, Closing, explain_closing
from marketplace.needs.service import NeedText
from marketplace.needs.views import shared
from marketplace.needs.views.reading import need_page
from marketplace.needs.views.shared import blueprint, give_token, token_of
from marketplace.organisations.models import Organisation
from marketplace.web.access import current_actor, signed_in
from marketplace.web.forms import one_line
from marketplace.web.templating import number_de
from marketplace.web.transaction import writes

Answer = str | Response | tuple[str, int]


@blueprint.get("/gesuche/neu")
@signed_in
def new() -> str:
    """The form of a new Gesuch; ``worte`` are those of a search that found nothing."""
    form, mine = NeedForm(), queries.list_municipalities_of(current_actor())
    words = one_line(request.args.get("worte"))[:MAX_WORDS]
    form.title.data, form.words.data = words[:1].upper() + words[1:], words
    if mine:
        number = mine[0].size_inhabitants or mine[0].inhabitants
        form.inhabitants.data = number_de(number) if number else ""
    return _form_page(form, mine)


def _form_page(form: NeedForm, mine: list[Organisation], need: Need | None = None) -> str:
    form.offer(mine)
    give_token(form)
    return render_template(
        "needs/edit.html",
        form=form,
        mine=mine,
        need=need,
        limits={"text": MAX_TEXT, "fields": MOST_FIELDS},
    )


@blueprint.post("/gesuche/neu")
@signed_in
@writes
def do_new() -> Answer:
    """Show what exists before it is published, then publish it."""
    form, mine = NeedForm(), queries.list_municipalities_of(current_actor())
    organisation = form.chosen(mine)
    step = request.form.get("schritt", "")
    if not form.validate_on_submit() or organisation is None or step == "aendern":
        if organisation is None and mine:
            form.add_error(form.organisation, DomainError(_("Bitte wählen Sie Ihre Kommune.")))
        return _form_page(form, mine)
    if step != "veroeffentlichen":
        return _check_page(form, organisation)
    try:
        shared.count_try(shared.PUBLISHED, current_actor())
        need = service.publish_need(token_of(form), _typed(form), organisation, actor=current_actor())
    except (ThrottledError, DomainError) as error:
        form.form_errors.append(error.message)
        return _form_page(form, mine), error.status
    flash(_("Ihr Gesuch ist veröffentlicht. Sie hören, wenn jemand antwortet oder ein Eintrag dazukommt."))
    return redirect(url_for("needs.need", slug=need.slug), 303)


def _check_page(form: NeedForm, organisation: Organisation) -> str:
    give_token(form)
    typed = _typed(form)
    existing = shared.find_existing(typed.words or typed.title)
    by_title = shared.find_existing(typed.title) if typed.words else []
    known = {card.entry_id for card in existing}
    return render_template(
        "needs/check.html",
        form=form,
        typed=typed,
        organisation=organisation,
        existing=[*existing, *(card for card in by_title if card.entry_id not in known)][: shared.MOST_FOUND],
    )


def _typed(form: NeedForm) -> NeedText:
    return NeedText(
        form.title.data, form.text.data, form.words.data or "", form.action_fields, form.number_of_inhabitants,
        form.wanted_by.data,
    )  # fmt: skip


def _get_own(slug: str) -> Need:
    need = queries.get_need(slug)
    authorize("need.manage", queries.need_of(need), actor=current_actor())
    return need


@blueprint.get("/gesuche/<slug>/bearbeiten")
@signed_in
def edit(slug: str) -> str:
    """Change a Gesuch."""
    need, form = _get_own(slug), NeedForm()
    form.title.data, form.text.data, form.words.data = need.title, need.text, need.words
    form.fields.data = [row.value for row in need.action_fields]
    form.inhabitants.data = number_de(need.inhabitants) if need.inhabitants else ""
    form.wanted_by.data, form.seen.data = need.wanted_by, need.updated_at.isoformat()
    return _form_page(form, [queries.organisation_of(need)], need)


@blueprint.post("/gesuche/<slug>/bearbeiten")
@signed_in
@writes
def do_edit(slug: str) -> Answer:
    """Save the change."""
    need, form = _get_own(slug), NeedForm()
    mine = [queries.organisation_of(need)]
    if not form.validate_on_submit():
        return _form_page(form, mine, need)
    try:
        service.change_need(need, _typed(form), seen=_moment(form.seen.data), actor=current_actor())
    except DomainError as error:
        form.form_errors.append(error.message)
        form.seen.data = need.updated_at.isoformat()
        return _form_page(form, mine, need), 409
    flash(_("Das Gesuch ist geändert."))
    return redirect(url_for("needs.need", slug=slug), 303)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None


@blueprint.get("/gesuche/<slug>/schliessen")
@signed_in
def close(slug: str) -> str:
    """Why it is closed."""
    return _close_page(_get_own(slug), CloseForm())


def _close_page(need: Need, form: CloseForm) -> str:
    named = [row.card for row in queries.list_answers(need) if row.card] + queries.list_news(need)
    offered = list({card.entry_id: card for card in named}.values())
    return render_template("needs/close.html", need=need, form=form, offered=offered, max_note=MAX_NOTE)


@blueprint.post("/gesuche/<slug>/schliessen")
@signed_in
@writes
def do_close(slug: str) -> Answer:
    """Close it."""
    need, form = _get_own(slug), CloseForm()
    if not form.validate_on_submit():
        return _close_page(need, form)
    closing = Closing(form.closing.data)
    if missing := explain_closing(closing, form.slug, form.note.data or ""):
        form.add_error(form[missing[0]], DomainError(missing[1]))
        return _close_page(need, form)
    try:
        entry = shared.entry_named(form) if closing is Closing.FOUND else None
        service.close_need(need, closing, form.note.data or "", entry, actor=current_actor())
    except DomainError as error:
        form.add_error(form.entry, error)
        return _close_page(need, form), error.status
    flash(_("Das Gesuch ist geschlossen."))
    return redirect(url_for("needs.need", slug=slug), 303)


@blueprint.post("/gesuche/<slug>/<any(verlaengern, oeffnen):step>")
@signed_in
@writes
def move(slug: str, step: str) -> Response:
    """Say that it is still looked for, or again."""
    need = _get_own(slug)
    if step == "verlaengern":
        service.prolong_need(need, actor=current_actor())
        flash(_("Das Gesuch steht ein halbes Jahr länger."))
    else:
        service.reopen_need(need, actor=current_actor())
        flash(_("Das Gesuch ist wieder offen."))
    return redirect(url_for("needs.need", slug=slug), 303)


@blueprint.post("/gesuche/<slug>/<any('mitsuchen', 'nicht-mehr-suchen'):step>")
@signed_in
@writes
def seek(slug: str, step: str) -> Response:
    """Look for the same, or no longer."""
    need, actor = queries.get_readable_need(slug), current_actor()
    key = request.form.get("organisation", "")
    mine = queries.list_municipalities_of(actor)
    organisation = next((each for each in mine if each.key == key), None)
    # Without one of one's own the service refuses.
    act: Any = service.join if step == "mitsuchen" else service.leave
    authorize("need.join", service.for_whom(organisation), actor=actor)
    shared.count_try(shared.JOINED, actor)
    act(need, organisation, actor=actor)
    flash(_("Ihre Kommune sucht jetzt mit.") if step == "mitsuchen" else _("Ihre Kommune sucht nicht mehr mit."))
    return redirect(url_for("needs.need", slug=slug), 303)


@blueprint.post("/gesuche/<slug>/antworten")
@signed_in
@writes
def answer(slug: str) -> Answer:
    """Answer for all to read."""
    need, form, actor = queries.get_readable_need(slug), AnswerForm(), current_actor()
    authorize("need.answer", actor=actor)
    if not form.validate_on_submit():
        return need_page(need, form)
    try:
        shared.count_try(shared.ANSWERED, actor)
        organisation = form.chosen(queries.list_organisations_of(actor)) if form.organisation.data != "" else None
        service.answer_need(need, token_of(form), form.text.data, shared.entry_named(form), organisation, actor=actor)
    except ThrottledError as error:
        form.form_errors.append(error.message)
        return need_page(need, form), error.status
    except DomainError as error:
        form.add_error(form.entry, error)
        return need_page(need, form), error.status
    flash(_("Ihre Antwort steht jetzt beim Gesuch."))
    return redirect(url_for("needs.need", slug=slug, _anchor="antworten"), 303)


@blueprint.post("/gesuche/<slug>/antworten/<int:answer_id>/entfernen")
@signed_in
@writes
def remove_answer(slug: str, answer_id: int) -> Response:
    """Take an answer away."""
    need = queries.get_need(slug)
    service.remove_answer(need, queries.get_answer(need, answer_id), actor=current_actor())
    flash(_("Die Antwort ist entfernt."))
    return redirect(url_for("needs.need", slug=slug, _anchor="antworten"), 303)
