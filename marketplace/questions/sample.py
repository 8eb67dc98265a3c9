"""Sample questions for the own machine: one answered, one open. All in them is invented and says so."""

from marketplace.accounts import sample
from marketplace.accounts.queries import find_account_by_mail
from marketplace.accounts.sessions import load_actor
from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.queries import find_entry
from marketplace.core.actor import Actor
from marketplace.questions import queries, service

_MARK = "Erfundenes Beispiel: "
_ENTRY = "weisendorf-sensorik"
QUESTIONS = (
    (
        "Wie oft müssen die Batterien der Sensoren gewechselt werden?",
        "Etwa alle zwei Jahre, an schattigen Stellen früher.",
    ),
    ("Wer pflegt die Standorte der Sensoren im Plan?", ""),
)
"""Questions of the model project about an entry of the small town, and answers."""


def add_sample_questions() -> None:
    """Ask what was never asked."""
    entry, asker, giver = find_entry(_ENTRY), _as(sample.MODEL_PROJECT), _as(sample.TOWN)
    if entry is None or not entry.is_published or asker is None or giver is None:
        return
    for number, (text, answer) in enumerate(QUESTIONS):
        token = f"beispiel-frage-{number}"
        if queries.find_by_token(hash_token(token)) is not None:
            continue
        question = service.ask(entry, token, _MARK + text, actor=asker)
        if answer and giver.belongs_to(entry.organisation_id):
            service.answer(question, question.text, _MARK + answer, actor=giver)


def _as(mail: str) -> Actor | None:
    account = find_account_by_mail(mail)
    return load_actor(account) if account else None
