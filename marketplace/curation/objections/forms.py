"""Forms of objections."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from marketplace.web.forms import Form, required


class ObjectionForm(Form):
    """Why the entry should be there again."""

    text = TextAreaField(_l("Ihre Begründung"), [required(_l("Bitte schreiben Sie, warum Sie widersprechen."))])


class DecisionForm(Form):
    """The answer to an objection."""

    text = TextAreaField(_l("Begründung"), [required(_l("Bitte begründen Sie Ihre Entscheidung."))])
