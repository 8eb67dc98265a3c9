"""Links between entries: which roles exist, between which kinds, and how each side reads."""

from dataclasses import dataclass

from marketplace.catalogue.kinds import Kind
from marketplace.core.labels import Label, Labelled


class LinkRole(Labelled):
    """Role of a link as the linking entry sees it."""

    USES = "nutzt", "Nutzt"
    FUNDED_BY = "gefoerdert-durch", "Gefördert durch"
    MADE_WITH = "gemacht-mit", "Erfahrung mit"
    BUILDS_ON = "baut-auf", "Baut auf"
    FOLLOWS = "folgt-auf", "Folgt auf"
    RELATED = "siehe-auch", "Siehe auch"


@dataclass(frozen=True)
class RoleRule:
    """From which kinds to which kinds a role may point, and its name seen from the far end."""

    sources: frozenset[Kind]
    targets: frozenset[Kind]
    label_at_target: str


_ALL = frozenset(Kind)

ROLE_RULES: dict[LinkRole, RoleRule] = {
    LinkRole.USES: RoleRule(frozenset({Kind.PROJECT}), frozenset({Kind.SOLUTION}), Label("Genutzt in")),
    LinkRole.FUNDED_BY: RoleRule(
        frozenset({Kind.PROJECT, Kind.SOLUTION, Kind.LESSON}), frozenset({Kind.PROGRAMME}), Label("Hat gefördert")
    ),
    LinkRole.MADE_WITH: RoleRule(frozenset({Kind.LESSON}), _ALL - {Kind.LESSON}, Label("Erfahrungen dazu")),
    LinkRole.BUILDS_ON: RoleRule(frozenset({Kind.SOLUTION}), frozenset({Kind.SOLUTION}), Label("Grundlage für")),
    LinkRole.FOLLOWS: RoleRule(frozenset({Kind.PROGRAMME}), frozenset({Kind.PROGRAMME}), Label("Nachfolge")),
    LinkRole.RELATED: RoleRule(_ALL, _ALL, Label("Siehe auch")),
}


def explain_misfit(role: LinkRole, source: Kind, target: Kind) -> str | None:
    """German sentence why an entry of kind ``source`` cannot point at ``target`` in this role; None if it can."""
    rule = ROLE_RULES[role]
    if source not in rule.sources:
        allowed = ", ".join(kind.label for kind in Kind if kind in rule.sources)
        return Label(
            "Die Rolle „%(value)s“ kann nur von diesen Arten ausgehen: %(allowed)s.", value=role.value, allowed=allowed
        )
    if target not in rule.targets:
        allowed = ", ".join(kind.label for kind in Kind if kind in rule.targets)
        return Label(
            "Die Rolle „%(value)s“ kann nur auf diese Arten zeigen: %(allowed)s; das Ziel ist %(label)s.",
            value=role.value,
            allowed=allowed,
            label=target.label,
        )
    return None
