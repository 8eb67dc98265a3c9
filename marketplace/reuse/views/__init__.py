"""Pages of requests: ask, read and write, act, be away."""

from marketplace.reuse.views import absences, asking, requests, steps
from marketplace.reuse.views.shared import blueprint

__all__ = ["absences", "asking", "blueprint", "requests", "steps"]
