"""Which part another entry can play for the one that is being written. No database here."""

from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.links import LinkRole, explain_misfit


def first_fitting_role(source: Kind, target: Kind) -> LinkRole:
    """The most telling role in which an entry of one kind may point at one of another; it can be changed later."""
    return next(role for role in LinkRole if explain_misfit(role, source, target) is None)
