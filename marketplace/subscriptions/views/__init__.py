"""Pages and feeds of subscriptions: two blueprints."""

from marketplace.subscriptions.views import following, managing, subscribing, unsubscribing
from marketplace.subscriptions.views.feeds import blueprint as feeds
from marketplace.subscriptions.views.shared import blueprint as subscriptions

__all__ = ["feeds", "following", "managing", "subscribing", "subscriptions", "unsubscribing"]
