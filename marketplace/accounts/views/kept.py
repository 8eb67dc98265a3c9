"""What was sent after the session had ended: look over it and send it, or forget it."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import kept
from marketplace.accounts.views.shared import blueprint
from marketplace.web.access import current_actor, signed_in
from marketplace.web.transaction import writes


@blueprint.get("/aufgehoben/<public_id>")
@signed_in
def kept_form(public_id: str) -> str:
    """The words to look over, and the button that sends them where they were to go."""
    shown = kept.show(kept.get_kept(public_id, actor=current_actor()))
    return render_template("accounts/kept_form.html", shown=shown, field=kept.FIELD, days=kept.KEPT_FOR.days)


@blueprint.post("/aufgehoben/<public_id>/loeschen")
@signed_in
@writes
def discard_kept_form(public_id: str) -> Response:
    """Forget it."""
    kept.discard(kept.get_kept(public_id, actor=current_actor()))
    flash(_("Gelöscht."))
    return redirect(url_for("accounts.profile"), 303)
