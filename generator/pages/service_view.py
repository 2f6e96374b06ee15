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
from generator.model import Strength, Verdict, VerificationState
from generator.pages.page import Credit, Link, Question


class Steps(Struct, frozen=True, kw_only=True):
    """Rendered steps; ``label`` names the method they are for."""

    label: str
    steps: tuple[Markup, ...]


class SetupView(Struct, frozen=True, kw_only=True):
    """An editor's guide, rendered."""

    source: str
    account: Link | None
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
    """Everything that the page of a service prints, in the order in which it does."""

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
    strength: Strength
    strength_label: str
    terms: Terms | None
    instead: Markup | None
    documentation: str | None
    readiness: Readiness | None
    readiness_href: str
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
    alternatives: tuple[Link, ...]
    team: TeamSection | None
    product_name: str
    product_url: str | None
    pitch: str
    share_href: str | None
    questions: tuple[Question, ...]
    history: tuple[Entry, ...]
    related: tuple[Link, ...]
    credit: Credit | None
    passkeys_credit: Credit | None
    edit_href: str | None
    report_href: str | None
