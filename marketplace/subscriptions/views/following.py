"""The button "Folgen" on pages of entries, places and action fields."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.subscriptions import following
from marketplace.subscriptions.following import Followable, Target
from marketplace.subscriptions.service import TooManyError
from marketplace.subscriptions.views.shared import blueprint
from marketplace.web.access import current_actor, keeps_input, signed_in
from marketplace.web.language import shown
from marketplace.web.transaction import writes


def _keep(**_parts: str) -> str:
    """Where somebody goes on after signing in who pressed the button without."""
    return url_for("subscriptions.follow", art=request.form.get("art", ""), ziel=request.form.get("ziel", ""))


@blueprint.get("/konto/folgen")
@signed_in
def follow() -> str:
    """Ask once more: here come those who had to sign in first."""
    target = _target(request.args.get("art", ""), request.args.get("ziel", ""))
    is_following = following.is_following(target, current_actor().account_id or 0)
    return render_template("subscriptions/follow.html", target=target, is_already=is_following)


@blueprint.post("/konto/folgen")
@signed_in
@keeps_input(_keep)
@writes
def do_follow() -> Response:
    """Follow, and go back to what is followed."""
    target = _target(request.form.get("art", ""), request.form.get("ziel", ""))
    try:
        following.follow(target, actor=current_actor())
        flash(_("Sie folgen jetzt: %(name)s. Neues steht unter „Mitteilungen“.", name=target.name))
    except TooManyError as error:
        flash(shown(error.message))
    return redirect(target.path, 303)


@blueprint.post("/konto/folgen/beenden")
@signed_in
@keeps_input(_keep)
@writes
def do_unfollow() -> Response:
    """Follow no longer, and go back."""
    target = _target(request.form.get("art", ""), request.form.get("ziel", ""))
    following.unfollow(target, actor=current_actor())
    flash(_("Sie folgen nicht mehr: %(name)s.", name=target.name))
    return redirect(target.path, 303)


def _target(kind: str, key: str) -> Target:
    return following.get_target(Followable.find_value(kind) or abort(404), key)
