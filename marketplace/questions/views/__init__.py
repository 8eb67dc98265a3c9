"""Pages of questions; importing the modules binds their views to the blueprint."""

from marketplace.questions.views import asking, editing
from marketplace.questions.views.shared import blueprint as questions

__all__ = ["asking", "editing", "questions"]
