"""Files of entries, of their versions and of drafts: who may see the one may see the other."""

from flask import abort, make_response, request
from werkzeug.wrappers import Response

from marketplace.attachments.formats import Format
from marketplace.attachments.models import Attachment
from marketplace.attachments.names import content_disposition
from marketplace.attachments.queries import get_attachment, read_content
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.drafts import queries
from marketplace.catalogue.views.entries import blueprint
from marketplace.catalogue.views.shared import editing
from marketplace.core.permissions import authorize
from marketplace.web.access import current_actor, public, signed_in

PUBLIC_FOR = 24 * 3600
"""Seconds for which browsers and proxies may keep a public file. An address always means the same bytes, but what was
withdrawn shall not live on in a cache for a year."""

_HEADERS = {
    # Nothing in the file may act in the name of this site, should a browser open it in spite of all.
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Accept-Ranges": "none",
}


@blueprint.get("/anlagen/<slug>/<digest>")
@public
def entry_file(slug: str, digest: str) -> Response:
    """A file of a published entry."""
    entry = catalogue.get_readable_entry(slug)
    return _send(catalogue.get_public_attachment(entry, digest), f"public, max-age={PUBLIC_FOR}, immutable")


@editing.get("/entwuerfe/<public_id>/anlagen/<digest>")
@signed_in
def draft_file(public_id: str, digest: str) -> Response:
    """A file of a draft, for those who write it and those who decide about it."""
    draft = queries.get_draft(public_id)
    authorize("draft.view", queries.stake_of(draft), actor=current_actor())
    return _send(get_attachment(draft.attachment_set_id, digest), "private, no-store")


@editing.get("/eintraege/<slug>/versionen/<int:number>/anlagen/<digest>")
@signed_in
def version_file(slug: str, number: int, digest: str) -> Response:
    """A file of a version of an entry, for those who may compare versions."""
    entry = catalogue.find_entry(slug) or abort(404)
    actor = current_actor()
    authorize("entry.history", queries.stake_in_history(entry, actor), actor=actor)
    version = next((row for row in catalogue.list_versions(entry) if row.number == number), None) or abort(404)
    return _send(get_attachment(version.attachment_set_id, digest), "private, no-store")


def send_private(attachment: Attachment) -> Response:
    """A file for whoever was allowed to see it; kept by no cache."""
    return _send(attachment, "private, no-store")


def _send(attachment: Attachment, cache_control: str) -> Response:
    is_known = request.if_none_match.contains(attachment.digest)
    response = make_response(b"" if is_known else read_content(attachment), 304 if is_known else 200)
    response.headers.update(_HEADERS)
    response.headers["Content-Type"] = Format(attachment.format).media_type
    response.headers["Content-Disposition"] = content_disposition(attachment.name)
    response.headers["Cache-Control"] = cache_control
    response.set_etag(attachment.digest)
    return response
