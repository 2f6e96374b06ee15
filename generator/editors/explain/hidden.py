"""Which facts the page of a service leaves out, and why (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.model import Verdict, find_method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.editors.explain.facts import Case

#: Facts by the part of the page that alone shows them.
_PARTS = {
    "methods": ("passkeys", "custom_software", "custom_hardware"),
    "setup": ("setup",),
    "recovery": ("recovery", "recovery_link"),
    "terms": ("sharing", "teams"),
}
_WHY_NOT = {
    Verdict.NO: "the service has no 2FA",
    Verdict.UNKNOWN: "the record can't be trusted, so the page says unknown",
}


def find_reason(case: Case, fact: str) -> str:
    """Return why the page leaves out what its layers say of a fact, as a note; empty where it shows it."""
    reason = next((reason for name, reason in _list_hidden(case) if fact == name or fact.startswith(f"{name}.")), "")
    return f"not shown: {reason}" if reason else ""


def _list_hidden(case: Case) -> Iterator[tuple[str, str]]:
    view = case.view
    if view.verdict is Verdict.REMOVED:
        return  # What is told of such a page is what it shows.
    is_unknown = view.verdict is Verdict.UNKNOWN
    why_not = _WHY_NOT.get(view.verdict, "")
    for part, facts in _PARTS.items():
        if why_not and not getattr(view, part):
            yield from ((fact, why_not) for fact in facts)
    if is_unknown:
        yield "methods", why_not
    yield "override", why_not if is_unknown else "the page shows only what comes of it"
    if not view.request:
        yield "contact", why_not if is_unknown else "only pages of services without 2FA tell it"
    if not view.known:
        yield "url", why_not or "the guide says where to begin"
    shown = case.service if case.service.setup or case.owner is None else case.owner
    for method in shown.setup.methods if shown.setup else ():
        if method not in shown.method_ids:
            yield f"setup.methods.{method}", f"{find_method(method).label} is not listed"
