"""The page of the editor for files: attach one after another, say what they are, order, replace and remove them."""

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from marketplace.attachments.checking import TOO_LARGE
from marketplace.attachments.formats import ACCEPTED, MAX_BYTES, Format, RefusedFileError, size_in_words
from marketplace.attachments.models import Attachment
from marketplace.attachments.queries import (
    get_attachment,
    has_problems,
    list_attachments,
    problems_of_attachment,
    words_of,
)
from marketplace.attachments.quota import MAX_FILES, MAX_TOTAL
from marketplace.attachments.wording import MAX_ALT, MAX_DESCRIPTION, MAX_TITLE, Words, WordsProblem
from marketplace.catalogue.drafts import attaching, queries
from marketplace.catalogue.drafts.attaching import SentFile
from marketplace.catalogue.drafts.commenting import list_remarks
from marketplace.catalogue.drafts.form_fields import ATTACHMENTS_PAGE, pages_of
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.lifecycle import Status
from marketplace.catalogue.views.shared import editing, get_own_draft, open_seal, seal, to_draft
from marketplace.catalogue.views.showing_files import files_of_draft, show_file
from marketplace.core.permissions import is_allowed
from marketplace.extensions import csrf
from marketplace.web.access import current_actor, signed_in
from marketplace.web.rate_limit import limiter
from marketplace.web.transaction import writes
from marketplace.web.uploads import SentForm, Upload, read_form

_FILE, _RIGHTS = "datei", "rechte"
_MOVES = {"hoch": True, "runter": False}
_LIMITS = {"titel": MAX_TITLE, "beschreibung": MAX_DESCRIPTION, "alternativtext": MAX_ALT}


def _limit() -> str:
    limit: str = current_app.config["SETTINGS"].upload_rate_limit
    return limit


def _who() -> str:
    return f"upload:{current_actor().account_id}"


@editing.get(f"/entwuerfe/<public_id>/{ATTACHMENTS_PAGE}")
@signed_in
def attachments(public_id: str) -> str | Response:
    """The files of a draft and a form for one more."""
    draft = get_own_draft(public_id)
    return _list_page(draft, Words(), []) if draft.status == Status.DRAFT else to_draft(draft)


@csrf.exempt  # type: ignore[untyped-decorator]  # the seal in the form stands in its place
@editing.post(f"/entwuerfe/<public_id>/{ATTACHMENTS_PAGE}")
@signed_in
@limiter.limit(_limit, key_func=_who)
@writes
def attach(public_id: str) -> tuple[str, int] | Response:
    """Attach a file. One that is refused leaves what was typed; one that is fine is kept, even if words are missing."""
    draft = get_own_draft(public_id)
    form = _read(public_id)
    words, sent = _words(form.fields), form.files.get(_FILE)
    try:
        attached = attaching.attach_file(draft, _sent(sent), words, actor=current_actor())
    except RefusedFileError as error:
        return _list_page(draft, words, [WordsProblem(_FILE, error.message, is_missing=False)]), 422
    if problems_of_attachment(attached):
        return _to_file(draft, attached, "fehler")
    flash(_("„%(title)s“ ist angehängt.", title=attached.title[:MAX_TITLE]))
    return redirect(url_for("editing.attachments", public_id=public_id), 303)


def _read(public_id: str) -> SentForm:
    """The form of this request; it must have been given out to the same person for the same draft."""
    who = current_actor().account_id
    return read_form(MAX_BYTES, lambda fields: open_seal(public_id, fields.get("absender", "")) == who)


def _words(fields: MultiDict[str, str]) -> Words:
    title, description, alt = (clean(fields.get(name, "")).strip() for name in _LIMITS)
    return Words(title, description, alt, rights=fields.get(_RIGHTS) == "ja")


def _sent(upload: Upload | None) -> SentFile:
    if upload is None:
        raise RefusedFileError(_("Bitte wählen Sie eine Datei aus."))
    if upload.is_too_large:
        raise RefusedFileError(TOO_LARGE)
    return SentFile(upload.name, upload.content)


def _list_page(draft: Draft, words: Words, problems: list[WordsProblem]) -> str:
    files, kind = list_attachments(draft.attachment_set_id), Kind(draft.kind)
    pages = pages_of(kind)
    return render_template(
        "catalogue/attachments.html",
        remarks=[remark for remark in list_remarks(draft) if remark.comment.field == ATTACHMENTS_PAGE],
        draft=draft,
        files=files_of_draft(draft),
        incomplete={each.digest for each in files if has_problems([each])},
        number=len(pages) + 1,
        all_pages=len(pages) + 2,
        may_attach=is_allowed("draft.attach", queries.stake_of(draft), actor=current_actor()),
        is_full=len(files) >= MAX_FILES,
        max_files=MAX_FILES,
        max_total=size_in_words(MAX_TOTAL).replace(",0", ""),
        used=size_in_words(sum(each.size for each in files)),
        accepted=ACCEPTED,
        **_form_values(draft, words, problems),
    )


def _form_values(draft: Draft, words: Words, problems: list[WordsProblem]) -> dict[str, Any]:
    return {
        "words": words,
        "problems": {problem.field: problem.message for problem in reversed(problems)},
        "summary": problems,
        "limits": _LIMITS,
        "seal": seal(draft),
    }


@editing.get(f"/entwuerfe/<public_id>/{ATTACHMENTS_PAGE}/<digest>/bearbeiten")
@signed_in
def attachment(public_id: str, digest: str) -> str | Response:
    """What is said about one file."""
    draft = get_own_draft(public_id)
    if draft.status != Status.DRAFT:
        return to_draft(draft)
    found = get_attachment(draft.attachment_set_id, digest)
    return _file_page(draft, found, words_of(found), problems_of_attachment(found))


@csrf.exempt  # type: ignore[untyped-decorator]  # the seal in the form stands in its place
@editing.post(f"/entwuerfe/<public_id>/{ATTACHMENTS_PAGE}/<digest>/bearbeiten")
@signed_in
@limiter.limit(_limit, key_func=_who)
@writes
def save_attachment(public_id: str, digest: str) -> tuple[str, int] | Response:
    """Save what is said about a file, and put another in its place if one was chosen."""
    draft, actor = get_own_draft(public_id), current_actor()
    form = _read(public_id)
    words, sent = _words(form.fields), form.files.get(_FILE)
    if not attaching.describe_file(draft, digest, words, form.fields.get("stand", ""), actor=actor):
        return _changed_meanwhile(draft, digest, words), 422
    found = get_attachment(draft.attachment_set_id, digest)
    try:
        if sent is not None:
            found = attaching.replace_file(draft, digest, _sent(sent), actor=actor)
    except RefusedFileError as error:
        # Not committed, because the answer is an error: the words come again with the form.
        return _file_page(draft, found, words, [WordsProblem(_FILE, error.message, is_missing=False)]), 422
    if problems_of_attachment(found):
        return _to_file(draft, found, "fehler")
    flash(_("„%(title)s“ ist gespeichert.", title=found.title[:MAX_TITLE]))
    return redirect(url_for("editing.attachments", public_id=public_id), 303)


def _changed_meanwhile(draft: Draft, digest: str, words: Words) -> str:
    """Two people described the same file: what was typed comes again, beside what the other saved."""
    found = get_attachment(draft.attachment_set_id, digest)
    return _file_page(draft, found, words, [], other=words_of(found))


def _file_page(
    draft: Draft, found: Attachment, words: Words, problems: list[WordsProblem], *, other: Words | None = None
) -> str:
    return render_template(
        "catalogue/attachment.html",
        draft=draft,
        file=show_file(draft, found),
        is_image=Format(found.format).is_image,
        mark=words_of(found).mark,
        other=other,
        accepted=ACCEPTED,
        **_form_values(draft, words, problems),
    )


def _to_file(draft: Draft, found: Attachment, anchor: str) -> Response:
    address = url_for("editing.attachment", public_id=draft.public_id, digest=found.digest, _anchor=anchor)
    return redirect(address, 303)


@editing.post(f"/entwuerfe/<public_id>/{ATTACHMENTS_PAGE}/<digest>/<any(entfernen, {', '.join(_MOVES)}):step>")
@signed_in
@writes
def change_attachment(public_id: str, digest: str, step: str) -> Response:
    """Remove a file or let it stand one place earlier or later."""
    draft, actor = get_own_draft(public_id), current_actor()
    if step in _MOVES:
        attaching.move_file(draft, digest, up=_MOVES[step], actor=actor)
    else:
        attaching.remove_file(draft, digest, actor=actor)
        flash(_("Die Datei ist aus dem Entwurf entfernt."))
    return redirect(url_for("editing.attachments", public_id=public_id, _anchor="dateien"), 303)
