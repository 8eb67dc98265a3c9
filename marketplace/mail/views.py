"""The mailbox of the development: all mail of the site, readable by whoever runs it. Never in production."""

from flask import Blueprint, Response, make_response, render_template

from marketplace.mail import queries
from marketplace.mail.models import MailStatus
from marketplace.web.access import public

development_blueprint = Blueprint("mailbox", __name__)

_SHOWN = 100
# The mail brings its own look, as in a mail program; nothing else may run or load.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@development_blueprint.get("")
@public
def mails() -> str:
    """The newest mails."""
    return render_template("mail/mailbox/mails.html", mails=queries.list_newest(_SHOWN), status=MailStatus)


@development_blueprint.get("/<int:mail_id>")
@public
def mail(mail_id: int) -> str:
    """One mail as plain text with its headers."""
    return render_template("mail/mailbox/mail.html", mail=queries.get_mail(mail_id), status=MailStatus)


@development_blueprint.get("/<int:mail_id>/html")
@public
def mail_html(mail_id: int) -> Response:
    """One mail as mail programs show it."""
    response = make_response(queries.get_mail(mail_id).html or "")
    response.headers["Content-Security-Policy"] = _POLICY
    return response
