"""Pages of Gesuche; importing the modules binds their views to the blueprint."""

from marketplace.needs.views import deciding, group, reading, writing
from marketplace.needs.views.shared import blueprint as needs

__all__ = ["deciding", "group", "needs", "reading", "writing"]
