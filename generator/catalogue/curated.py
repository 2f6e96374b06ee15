"""A curated file as parsed YAML → :class:`Curated` (pure). The file has passed its schema when it gets here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.identity import normalise_domain
from generator.model import (
    Curated,
    MethodOverride,
    Question,
    Recovery,
    Setup,
    Sharing,
    SharingVerdict,
    Teams,
    Verification,
    sort_methods,
)
from generator.validation.addresses import is_domain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.yamlfile import Document


def build_curated(file: Document) -> Curated:
    """Return what a valid curated file says."""
    raw: dict[str, Any] = file.value
    account = raw.get("account")
    return Curated(
        path=file.path,
        domain=normalise_domain(raw["domain"]),
        name=raw.get("name"),
        categories=tuple(raw.get("categories", ())),
        methods=sort_methods(raw["methods"]) if "methods" in raw else None,
        documentation=raw.get("documentation"),
        url=raw.get("url"),
        regions=tuple(sorted(raw.get("regions", ()))),
        additional_domains=tuple(sorted(normalise_domain(domain) for domain in raw.get("additional_domains", ()))),
        verified=_build_verification(raw["verified"]) if "verified" in raw else None,
        setup=_build_setup(raw["setup"]) if "setup" in raw else None,
        recovery=Recovery(**raw["recovery"]) if "recovery" in raw else None,
        sharing=_build_sharing(raw["sharing"]) if "sharing" in raw else Sharing(),
        teams=Teams(**raw["teams"]) if "teams" in raw else Teams(),
        override=_build_override(raw["override"]["methods"]) if "override" in raw else None,
        faq=tuple(Question(**question) for question in raw.get("faq", ())),
        account=normalise_domain(account) if account else None,
        aliases=tuple(raw.get("aliases", ())),
        disputed=raw.get("disputed"),
        lines=file.lines,
    )


def build_identity(file: Document) -> Curated | None:
    """Return which service a file with errors is for, and nothing else of it; None where it does not say so."""
    raw = file.value if isinstance(file.value, dict) else {}
    domain, account = (_find_domain(raw.get(key)) for key in ("domain", "account"))
    name = raw.get("name")
    if domain is None:
        return None
    return Curated(
        path=file.path,
        domain=domain,
        name=name if isinstance(name, str) else None,
        account=account,
        lines=file.lines,
    )


def _find_domain(value: object) -> str | None:
    domain = normalise_domain(value) if isinstance(value, str) else ""
    return domain if is_domain(domain) else None


def _build_verification(raw: Mapping[str, Any]) -> Verification:
    return Verification(date=raw["date"], by=raw["by"], source=raw["source"], methods=sort_methods(raw["methods"]))


def _build_setup(raw: Mapping[str, Any]) -> Setup:
    by_method: Mapping[str, Any] = raw.get("methods", {})
    return Setup(
        source=raw["source"],
        steps=tuple(raw.get("steps", ())),
        methods={method: tuple(by_method[method]) for method in sort_methods(tuple(by_method))},
        requires=tuple(raw.get("requires", ())),
        plans=raw.get("plans"),
    )


def _build_sharing(raw: Mapping[str, Any]) -> Sharing:
    return Sharing(
        verdict=SharingVerdict(raw["verdict"]),
        source=raw.get("source"),
        quote=raw.get("quote"),
        checked=raw.get("checked"),
        instead=raw.get("instead"),
    )


def _build_override(raw: Mapping[str, Any]) -> MethodOverride:
    return MethodOverride(
        add=sort_methods(raw.get("add", ())),
        remove=sort_methods(raw.get("remove", ())),
        reason=raw["reason"],
        source=raw["source"],
    )
