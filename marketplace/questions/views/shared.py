"""What the pages of questions share: the blueprint, limits, secrets of forms, proof of a preview."""

import hashlib
import re
from datetime import timedelta

from flask import Blueprint, Response, current_app
from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.accounts.throttle import Limit
from marketplace.accounts.tokens import new_token
from marketplace.core.labels import Label
from marketplace.questions.forms import AskForm, EditForm
from marketplace.web.access import current_actor

blueprint = Blueprint("questions", __name__)

ASKED = Limit("question-ask", 10, timedelta(days=1), Label("bis morgen"))
"""Questions of one person."""
PROPOSED = Limit("question-propose", 10, timedelta(days=1), Label("bis morgen"))
HELPED_ONCE = Limit("question-helpful", 1, timedelta(days=1), Label("bis morgen"))
"""One client at one answer; the key changes daily, so that nothing is remembered longer."""
HELPED_CLIENT = Limit("question-helpful-client", 60, timedelta(hours=1), Label("eine Stunde"))
"""One client at all answers; a whole town hall may stand behind one address."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """These pages are kept by no cache, and no address of one goes on in a referrer."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def token_of(form: AskForm | EditForm) -> str:
    """The secret of a form, a new one if it has none."""
    if not _TOKEN.fullmatch(form.token.data or ""):
        form.token.data = new_token()
    return str(form.token.data)


def seal(text: str, answer: str) -> str:
    """Proof that this person saw these texts as they will appear."""
    return str(_sealer().dumps([current_actor().account_id, _digest(text, answer)]))


def is_sealed(form: EditForm) -> bool:
    """Whether the texts of the form are those that the preview showed to this person."""
    try:
        found = _sealer().loads(form.seal.data or "")
    except BadSignature:
        return False
    return bool(found == [current_actor().account_id, _digest(form.question.data or "", form.answer.data or "")])


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="questions.preview")


def _digest(text: str, answer: str) -> str:
    return hashlib.sha256(f"{text}\0{answer}".encode()).hexdigest()
