"""What the page of a service prints, as frozen views in the order of the page (pure)."""

from __future__ import annotations

from markupsafe import Markup
from msgspec import Struct

from generator.catalogue.decisions.ask import Request
from generator.catalogue.decisions.history import Entry
from generator.catalogue.decisions.methods import Hardware, MethodRow
from generator.catalogue.decisions.readiness import Readiness
from generator.catalogue.decisions.setup import KnownFacts
from generator.catalogue.decisions.sharing import TeamSection, Terms
from generator.catalogue.decisions.text import Text
from generator.model import Verdict, VerificationState
from generator.pages.page import Credit, Link
from generator.pages.questions import Question


class Badge(Struct, frozen=True, kw_only=True):
    """A word on the verdict; ``kind`` is its class, ``href`` leads to what it is about."""

    kind: str
    label: str
    href: str | None = None


class Steps(Struct, frozen=True, kw_only=True):
    """Rendered steps; ``label`` names the method they are for."""

    label: str
    steps: tuple[Markup, ...]


class SetupView(Struct, frozen=True, kw_only=True):
    """An editor's guide, rendered."""

    source: str
    account: Text | None
    plans: str | None
    requires: tuple[str, ...]
    steps: tuple[Markup, ...]
    by_method: tuple[Steps, ...]
    checked: bool


class RecoveryView(Struct, frozen=True, kw_only=True):
    """Recovery, rendered."""

    link: str | None
    sentences: tuple[Text, ...]
    notes: Markup | None
    general: Text | None


class ServiceView(Struct, frozen=True, kw_only=True):
    """Everything that the page of a service prints, in the order in which it does.

    What many services share is one object for all of them, with the name left open: terms, team, questions, hardware
    and recovery.
    """

    title: str
    description: str
    canonical: str
    json_ld: Markup
    categories: tuple[Link, ...]
    name: Text
    domain: str
    question: Text
    verdict: Verdict
    verdict_label: str
    lead: Text
    note: Text
    dispute: str | None
    badges: tuple[Badge, ...]
    terms: Terms | None
    instead: Markup | None
    documentation: str | None
    documentation_warning: Text | None
    readiness: Readiness | None
    methods: tuple[MethodRow, ...]
    side_notes: tuple[Text, ...]
    regions: str
    state: VerificationState | None
    verification: Text | None
    setup: SetupView | None
    known: KnownFacts | None
    hardware: Hardware | None
    recovery: RecoveryView | None
    request: Request | None
    alternatives: tuple[Text, ...]
    team: TeamSection | None
    share_href: str | None
    call_to_action: Text | None
    action_href: str | None
    questions: tuple[Question, ...]
    history: tuple[Entry, ...]
    history_source: str
    related: tuple[Text, ...]
    credit: Credit | None
    passkeys_credit: Credit | None
    dead_links: tuple[Text, ...]
    edit_href: str | None
    reports: tuple[Text, ...]
