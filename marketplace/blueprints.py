"""Table of all views: which blueprint answers under which address."""

from flask import Blueprint

from marketplace.accounts.views import accounts, administration
from marketplace.catalogue.views import catalogue, editing
from marketplace.curation.collections.views import blueprint as collections
from marketplace.curation.corrections.views import blueprint as corrections
from marketplace.curation.duplicates.views import blueprint as duplicates
from marketplace.curation.featuring.views import blueprint as featuring
from marketplace.curation.guiding.views import blueprint as guiding
from marketplace.curation.links.views import blueprint as links
from marketplace.curation.objections.views import blueprint as objections
from marketplace.curation.reports.views import blueprint as reports
from marketplace.curation.trail.views import blueprint as trail
from marketplace.curation.views import blueprint as curation
from marketplace.impact.views import blueprint as impact
from marketplace.knowledge.views import blueprint as knowledge
from marketplace.ledger.views import blueprint as ledger
from marketplace.mail.views import development_blueprint as mailbox
from marketplace.needs.views import needs
from marketplace.notifications.views import blueprint as notifications
from marketplace.organisations.views import blueprint as organisations
from marketplace.questions.views import questions
from marketplace.reuse.views import blueprint as reuse
from marketplace.search.views import blueprint as search
from marketplace.site.views import blueprint as site
from marketplace.subscriptions.views import feeds, subscriptions

BLUEPRINTS: list[tuple[Blueprint, str | None]] = [
    (site, None),
    (search, "/suche"),
    (subscriptions, None),
    (feeds, None),
    (organisations, "/kommunen"),
    (catalogue, None),
    (editing, None),
    (accounts, "/konto"),
    (administration, "/verwaltung"),
    (notifications, "/konto/mitteilungen"),
    (curation, None),
    (links, None),
    (guiding, "/lotsen"),
    (collections, None),
    (knowledge, None),
    (duplicates, "/lotsen/dubletten"),
    (reports, None),
    (corrections, None),
    (featuring, None),
    (objections, None),
    (trail, None),
    (needs, None),
    (questions, None),
    (reuse, None),
    (ledger, None),
    (impact, None),
]

DEVELOPMENT_BLUEPRINTS: list[tuple[Blueprint, str | None]] = [(mailbox, "/entwicklung/post")]
"""What shows secrets and therefore exists on the own machine only."""
