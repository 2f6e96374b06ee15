"""How to turn it on, and what to do when the second factor is lost (pure). Markdown is rendered later, by the pages."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.text import OPEN, Text, join, link, plain, say
from generator.catalogue.decisions.verdict import decide_verdict
from generator.model import Service, Setup, Verdict, find_method

if TYPE_CHECKING:
    pass


class Guide(Struct, frozen=True, kw_only=True):
    """An editor's steps as Markdown, with their source; ``account`` is whose steps they are, if not its own."""

    setup: Setup
    by_method: tuple[tuple[str, tuple[str, ...]], ...]
    checked: bool
    account: Service | None = None


class KnownFacts(Struct, frozen=True, kw_only=True):
    """What is known where nobody wrote a guide: no menu path, only facts."""

    steps: tuple[Text, ...]
    methods: tuple[Text, ...]


class RecoveryAdvice(Struct, frozen=True, kw_only=True, eq=False):
    """Recovery: the service's page, what is known of codes, an editor's notes as Markdown, or general advice.

    The service's name is left open. Many services have the same advice, so it is told apart by its identity.
    """

    link: str | None
    sentences: tuple[Text, ...]
    notes: str | None
    general: Text | None


_SIGN_IN = say("Sign in at {address}.", address=OPEN)
_READ = say("Follow the service's {documentation}.", documentation=OPEN)
_DOCUMENTATION = "official documentation"

_METHOD_FACTS = {
    "passkey": "Passkey: you create one on your device or in a password manager and sign in with it, not a password.",
    "u2f": "Security key (FIDO): you register the key once and confirm later sign-ins with it.",
    "totp": "Authenticator app (TOTP): you add the account to an app, which then shows short-lived codes.",
    "custom-software": "Custom app: sign-ins are confirmed with {names}.",
    "custom-hardware": "Custom hardware: sign-ins are confirmed with {names}.",
    "biometric": "Biometric: you confirm sign-ins with your fingerprint, your face or the like.",
    "email": "Email: a message to your mailbox confirms the sign-in. This is a weak method.",
    "sms": "SMS: a text message to your phone confirms the sign-in. This is a weak method.",
    "call": "Phone call: a call to your phone confirms the sign-in. This is a weak method.",
}
_UNNAMED = {
    "custom-software": "Custom app: an app of the service's choice is listed, without its name.",
    "custom-hardware": "Custom hardware: a device or method of the service's choice is listed, without its name.",
}
_OTHER = "{label}: a method that this directory does not know yet."


def plan_setup(service: Service, owner: Service | None) -> Guide | KnownFacts | None:
    """Return the guide of the service or of ``owner``, whose account it signs in with, else the known facts.

    None for a service without 2FA.
    """
    if decide_verdict(service) is not Verdict.YES:
        return None
    if service.setup is None and owner and owner.setup and decide_verdict(owner) is Verdict.YES:
        return _build_guide(owner.setup, owner, account=owner)
    if service.setup:
        return _build_guide(service.setup, service)
    methods = _write_methods(service.method_ids, service.custom_software, service.custom_hardware)
    return KnownFacts(steps=_list_steps(service), methods=methods)


def _build_guide(setup: Setup, service: Service, *, account: Service | None = None) -> Guide:
    listed = [(method, steps) for method, steps in setup.methods.items() if method in service.method_ids]
    return Guide(setup=setup, by_method=tuple(listed), checked=service.verified is not None, account=account)


def _list_steps(service: Service) -> tuple[Text, ...]:
    url = service.url or f"https://{service.domain}/"
    shown = url.removeprefix("https://").removeprefix("http://").rstrip("/")
    steps = [_SIGN_IN.fill(link(url, shown))]
    if service.documentation:
        steps.append(_READ.fill(link(service.documentation, _DOCUMENTATION)))
    return tuple(steps)


@lru_cache(maxsize=4096)
def _write_methods(ids: tuple[str, ...], software: tuple[str, ...], hardware: tuple[str, ...]) -> tuple[Text, ...]:
    names = {"custom-software": software, "custom-hardware": hardware}
    return tuple(_write_method(method, names.get(method, ())) for method in ids)


def _write_method(method: str, names: tuple[str, ...]) -> Text:
    if method in _UNNAMED and not names:
        return plain(_UNNAMED[method])
    if method not in _METHOD_FACTS:
        return say(_OTHER, label=find_method(method).label)
    if not names:
        return plain(_METHOD_FACTS[method])
    return say(_METHOD_FACTS[method], names=join([plain(name) for name in names], last="or"))


_CODES = "{name} gives out recovery codes. Keep them away from the device that you sign in with."
_NO_CODES = "{name} gives out no recovery codes."
_GENERAL = (
    "We have no record of how {name} lets you back in when you lose your second factor. General advice: find out "
    "before you need it, and set up a second way in if the service offers one."
)


def plan_recovery(service: Service) -> RecoveryAdvice | None:
    """Return what is known of recovery; general advice, marked as such, where nothing is. None without 2FA."""
    if decide_verdict(service) is not Verdict.YES:
        return None
    return _plan_recovery(service.recovery.codes, service.recovery_link, service.recovery.notes)


@lru_cache(maxsize=1024)
def _plan_recovery(codes: bool | None, url: str | None, notes: str | None) -> RecoveryAdvice:
    said = () if codes is None else (say(_CODES if codes else _NO_CODES, name=OPEN),)
    return RecoveryAdvice(
        link=url,
        sentences=said,
        notes=notes,
        general=None if said or url or notes else say(_GENERAL, name=OPEN),
    )
