"""The vocabulary as types: what a service, a method, a guide and an event are.

Frozen, keyword-only dataclasses with tuples inside: the catalogue, the pages and the feeds all read the same values,
and none can change them. Dates are ISO strings (``2026-10-02``): they are only compared and printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import force_setattr

# --- Methods ----------------------------------------------------------------------------------------------------------

Tier = Literal["phishing-resistant", "strong", "weak", "unrated"]


class Method(Struct, frozen=True, kw_only=True):
    """A way to sign in: its identifier, its label, its name in running text and its class of strength."""

    id: str
    label: str
    text: str
    tier: Tier


#: Every known method in the order in which pages, lists and data name them.
METHODS: Mapping[str, Method] = {
    method.id: method
    for method in (
        Method(id="passkey", label="Passkey", text="a passkey", tier="phishing-resistant"),
        Method(id="u2f", label="Security key (FIDO)", text="a security key (FIDO)", tier="phishing-resistant"),
        Method(id="totp", label="Authenticator app (TOTP)", text="an authenticator app (TOTP)", tier="strong"),
        Method(id="custom-software", label="Custom app", text="a custom app", tier="strong"),
        Method(id="custom-hardware", label="Custom hardware", text="custom hardware", tier="strong"),
        Method(id="biometric", label="Biometric", text="biometric sign-in", tier="unrated"),
        Method(id="email", label="Email", text="email", tier="weak"),
        Method(id="sms", label="SMS", text="SMS", tier="weak"),
        Method(id="call", label="Phone call", text="a phone call", tier="weak"),
    )
}

_METHOD_ORDER = {method_id: index for index, method_id in enumerate(METHODS)}


def find_method(method_id: str) -> Method:
    """Return the method with that identifier; an unknown one becomes "Other (NAME)", never an error."""
    known = METHODS.get(method_id)
    return known or Method(
        id=method_id, label=f"Other ({method_id})", text=f"another method ({method_id})", tier="unrated"
    )


def sort_methods(method_ids: frozenset[str] | set[str] | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the identifiers once each in the order of :data:`METHODS`, unknown ones last, by name."""
    return tuple(sorted(set(method_ids), key=lambda method_id: (_METHOD_ORDER.get(method_id, len(METHODS)), method_id)))


# --- Verdicts ---------------------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """The answer to "Does X support 2FA?"."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    REMOVED = "removed"


class Strength(StrEnum):
    """How well the best method listed withstands an attacker."""

    PHISHING_RESISTANT = "phishing-resistant"
    STRONG = "strong"
    WEAK = "weak"
    UNRATED = "unrated"
    NONE = "none"


class SharingVerdict(StrEnum):
    """What a service's terms say on sharing an account."""

    PERMITTED = "permitted"
    TOLERATED = "tolerated"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


class VerificationState(StrEnum):
    """Where a service stands between an editor's look and the world's changes since."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    STALE = "stale"
    NEEDS_REVIEW = "needs-review"


# --- What upstream says -----------------------------------------------------------------------------------------------


class Contact(Struct, frozen=True, kw_only=True):
    """How to ask a service for 2FA; handles come without the at sign."""

    twitter: str | None = None
    facebook: str | None = None
    email: str | None = None
    form: str | None = None
    language: str | None = None


class DirectoryRecord(Struct, frozen=True, kw_only=True):
    """One entry of the 2FA Directory; ``damaged`` marks one that failed its schema and had no good predecessor."""

    domain: str
    name: str
    methods: tuple[str, ...] = ()
    custom_software: tuple[str, ...] = ()
    custom_hardware: tuple[str, ...] = ()
    documentation: str | None = None
    recovery: str | None = None
    note: str | None = None
    url: str | None = None
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    additional_domains: tuple[str, ...] = ()
    contact: Contact | None = None
    image: str | None = None
    damaged: bool = False


class PasskeyRecord(Struct, frozen=True, kw_only=True):
    """One domain of the Passkeys Directory: passkeys in place of the password, FIDO2 as a second factor."""

    domain: str
    passwordless: bool = False
    mfa: bool = False
    documentation: str | None = None
    recovery: str | None = None
    note: str | None = None
    url: str | None = None
    regions: tuple[str, ...] = ()


class Event(Struct, frozen=True, kw_only=True):
    """One change between two snapshots; ``details`` holds what its type adds (see the product's section 9)."""

    type: str
    domain: str
    name: str
    date: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


# --- What editors add -------------------------------------------------------------------------------------------------


class Verification(Struct, frozen=True, kw_only=True):
    """An editor's stamp: when, who, against which source, and the methods as upstream had them then."""

    date: str
    by: str
    source: str
    methods: tuple[str, ...]


class Setup(Struct, frozen=True, kw_only=True):
    """Steps that turn 2FA on, as Markdown, with the official page they come from."""

    source: str
    steps: tuple[str, ...] = ()
    methods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    plans: str | None = None


class Recovery(Struct, frozen=True, kw_only=True):
    """What to do when the second factor is lost: codes, a page of the service, notes as Markdown."""

    codes: bool | None = None
    link: str | None = None
    notes: str | None = None


class Sharing(Struct, frozen=True, kw_only=True):
    """What the terms say on sharing an account; all but ``unknown`` have a source and the day it was checked."""

    verdict: SharingVerdict = SharingVerdict.UNKNOWN
    source: str | None = None
    quote: str | None = None
    checked: str | None = None
    instead: str | None = None


class Teams(Struct, frozen=True, kw_only=True):
    """What the service offers to teams, with the source that says so."""

    source: str | None = None
    enforce: bool | None = None
    sso: bool | None = None
    delegated_access: bool | None = None


class MethodOverride(Struct, frozen=True, kw_only=True):
    """An editor's correction of upstream's methods, with its reason."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    reason: str
    source: str


class Question(Struct, frozen=True, kw_only=True):
    """A question of the editor's own with its answer as Markdown."""

    question: str
    answer: str


class Curated(Struct, frozen=True, kw_only=True):
    """One file of ``content/services/``; ``name`` is set only for a service that no upstream lists."""

    path: str
    domain: str
    name: str | None = None
    categories: tuple[str, ...] = ()
    methods: tuple[str, ...] | None = None
    documentation: str | None = None
    url: str | None = None
    regions: tuple[str, ...] = ()
    additional_domains: tuple[str, ...] = ()
    verified: Verification | None = None
    setup: Setup | None = None
    recovery: Recovery | None = None
    sharing: Sharing = Sharing()
    teams: Teams = Teams()
    override: MethodOverride | None = None
    faq: tuple[Question, ...] = ()
    account: str | None = None
    aliases: tuple[str, ...] = ()
    disputed: str | None = None
    #: Line (from 1) of each key, as a dotted path: what ``explain`` and later problems point at.
    lines: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def list_markdown(self) -> tuple[str, ...]:
        """Return every text that is Markdown."""
        setup, recovery = self.setup or Setup(source=""), self.recovery or Recovery()
        texts = (*setup.steps, *(step for steps in setup.methods.values() for step in steps))
        answers = (question.answer for question in self.faq)
        return tuple(text for text in (*texts, recovery.notes, self.sharing.instead, *answers) if text)


# --- The merged whole -------------------------------------------------------------------------------------------------

#: The layers a fact can come from, as identifiers of ``content/sources.yaml``, and the editors' own.
CURATED = "curated"
DIRECTORY = "2fa-directory"
PASSKEYS = "passkeys"
SAMPLE = "sample"


class SupportedMethod(Struct, frozen=True, kw_only=True):
    """A method that a service has, and the layer that says so."""

    id: str
    layer: str


class SideNote(Struct, frozen=True, kw_only=True):
    """What the Passkeys Directory says beside its methods: note, documentation, regions."""

    note: str | None = None
    documentation: str | None = None
    recovery: str | None = None
    regions: tuple[str, ...] = ()


class Removal(Struct, frozen=True, kw_only=True):
    """When a service left; the day is unknown until the next fetch records that an editor deleted its file."""

    date: str | None


def find_own_regions(regions: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of a service's regions that it is for, without the exceptions."""
    return tuple([code for code in regions if not code.startswith("-")]) if regions else regions


class Service(Struct, frozen=True, kw_only=True):
    """A service as the site shows it: upstream, passkeys and curated parts merged by the table of ``catalogue.merge``.

    ``methods`` are in the order of :data:`METHODS`. ``upstream_methods`` are those before overrides: what an editor's
    stamp is compared with. ``layers`` names for each fact that has a value the layer it comes from. ``dead_links`` is
    link → ISO date since when it has not worked.
    """

    domain: str
    slug: str
    name: str
    methods: tuple[SupportedMethod, ...] = ()
    upstream_methods: tuple[str, ...] = ()
    custom_software: tuple[str, ...] = ()
    custom_hardware: tuple[str, ...] = ()
    documentation: str | None = None
    recovery_link: str | None = None
    note: str | None = None
    url: str | None = None
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    additional_domains: tuple[str, ...] = ()
    contact: Contact | None = None
    passkeys: SideNote | None = None
    verified: Verification | None = None
    is_stale: bool = False
    setup: Setup | None = None
    recovery: Recovery = Recovery()
    sharing: Sharing = Sharing()
    teams: Teams = Teams()
    faq: tuple[Question, ...] = ()
    aliases: tuple[str, ...] = ()
    account: str | None = None
    disputed: str | None = None
    damaged: bool = False
    removal: Removal | None = None
    source: str
    since: str | None = None
    curated_path: str | None = None
    dead_links: Mapping[str, str] = field(default_factory=dict)
    layers: Mapping[str, str] = field(default_factory=dict)
    #: The identifiers of the methods, in order: stored, because decisions ask for them again and again.
    method_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Derive what is stored."""
        force_setattr(self, "method_ids", tuple([method.id for method in self.methods]))

    @property
    def own_regions(self) -> tuple[str, ...]:
        """Return the regions that it is for; none for a service that is everywhere, with or without exceptions."""
        return find_own_regions(self.regions)
