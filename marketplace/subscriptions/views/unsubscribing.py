"""The link in every alert that ends its subscription."""

from flask import render_template

from marketplace.accounts.links import StaleLinkError
from marketplace.core.errors import NotFoundError
from marketplace.extensions import csrf
from marketplace.subscriptions import links, queries, service
from marketplace.subscriptions.views.shared import blueprint
from marketplace.subscriptions.wording import words_of_stored
from marketplace.web.access import public
from marketplace.web.transaction import writes


@blueprint.get("/abos/abbestellen/<token>")
@public
def unsubscribe(token: str) -> str | tuple[str, int]:
    """Ask before anything changes: programs that check mail open every link."""
    try:
        subscription = links.look_at_unsubscription(token)
    except StaleLinkError as error:
        return render_template("subscriptions/stale_link.html"), error.status
    except NotFoundError:
        return render_template("subscriptions/unsubscribed.html")
    words = words_of_stored(queries.get_search(subscription.search_id).parameters)
    return render_template("subscriptions/unsubscribe.html", words=words)


# No CSRF token: mail programs send this themselves (RFC 8058). The link is proof enough and can do nothing else.
@blueprint.post("/abos/abbestellen/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
@writes
def do_unsubscribe(token: str) -> str | tuple[str, int]:
    """End the subscription; doing it again changes nothing."""
    try:
        service.end(links.look_at_unsubscription(token))
    except StaleLinkError as error:
        return render_template("subscriptions/stale_link.html"), error.status
    except NotFoundError:
        pass
    return render_template("subscriptions/unsubscribed.html")
