"""The list of methods, the hardware block and the most secure method (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.text import OPEN, Text, capitalise, join, plain, say, sentences
from generator.model import METHODS, Service, find_method

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules


Names = tuple[str, ...]


class MethodRow(Struct, frozen=True, kw_only=True):
    """A line of the list: the label, whether it is supported, the names of apps or devices, whose word it is."""

    id: str
    label: str
    supported: bool
    names: str
    source: str


class Hardware(Struct, frozen=True, kw_only=True):
    """Devices: FIDO security keys, and whatever else the service lists under hardware."""

    security_keys: bool
    others: tuple[str, ...]
    unnamed: bool


def list_methods(service: Service, rules: Rules) -> tuple[MethodRow, ...]:
    """Return every known method and each unknown one of this service, in the order that holds everywhere."""
    own = service.source
    sources = tuple(["" if method.layer == own else rules.name_source(method.layer) for method in service.methods])
    return _list_rows(service.method_ids, sources, service.custom_software, service.custom_hardware)


@lru_cache(maxsize=4096)
def _list_rows(ids: Names, sources: Names, software: Names, hardware: Names) -> tuple[MethodRow, ...]:
    listed = dict(zip(ids, sources, strict=True))
    names = {"custom-software": software, "custom-hardware": hardware}
    unknown = [method for method in ids if method not in METHODS]
    return tuple(
        MethodRow(
            id=method_id,
            label=find_method(method_id).label,
            supported=method_id in listed,
            names=", ".join(names.get(method_id, ())) if method_id in listed else "",
            source=listed.get(method_id, ""),
        )
        for method_id in (*METHODS, *unknown)
    )


def describe_hardware(service: Service) -> Hardware | None:
    """Return the devices, or None where none is listed."""
    return _describe_hardware(service.method_ids, service.custom_hardware)


@lru_cache(maxsize=4096)
def _describe_hardware(ids: Names, devices: Names) -> Hardware | None:
    if "u2f" not in ids and "custom-hardware" not in ids:
        return None
    custom = "custom-hardware" in ids
    return Hardware(security_keys="u2f" in ids, others=devices if custom else (), unnamed=custom and not devices)


#: The question on the most secure method, the name left open.
SECURE_QUESTION = say("What is the most secure 2FA method for {name}?", name=OPEN)

_RESISTANT_ALONE = "{method} is the only method listed for {name}, and it is phishing-resistant."
_RESISTANT_ONE = "{method} is the most secure method listed for {name}, because it is phishing-resistant."
_RESISTANT_BOTH = "{method} is the most secure choice listed for {name}: both are phishing-resistant."
_FALLBACK_TOTP = "An authenticator app (TOTP) is listed too and can serve as a fallback."
_TOTP_ALONE = "An authenticator app (TOTP) is the only method listed for {name}."
_TOTP = "An authenticator app (TOTP) is the most secure method listed for {name}."
_TOTP_STANDARD = "An authenticator app (TOTP) is the strongest standard method listed for {name}."
_ALSO_ONE = "The service also lists {extras}, which is not ranked."
_ALSO_SEVERAL = "The service also lists {extras}, which are not ranked."
_EXTRA_ALONE = "{method} is the only method listed for {name}; it is not ranked."
_EXTRA_ONE = "{method} is listed for {name}; it differs from service to service and is not ranked."
_EXTRA_SEVERAL = "{method} are listed for {name}; they differ from service to service and are not ranked."
_WEAK_ALONE = "{method} is the only method listed for {name}, and it is a weak one."
_WEAK_BOTH = "{method} are the methods listed for {name}; both are weak."
_WEAK_ALL = "{method} are the methods listed for {name}; all of them are weak."
_WEAK_BESIDE_ONE = "{weak} is listed too, a weak method."
_WEAK_BESIDE_SEVERAL = "{weak} are listed too, which are weak methods."


def write_most_secure(service: Service) -> Text:
    """Name the most secure method listed; "only" is said of a single one, ranks are for standard methods alone.

    The service's name is left open.
    """
    return _write_most_secure(service.method_ids, service.custom_software, service.custom_hardware)


@lru_cache(maxsize=4096)
def _write_most_secure(ids: Names, software: Names, hardware: Names) -> Text:
    tiers = {method: find_method(method).tier for method in ids}
    resistant = [method for method in ids if tiers[method] == "phishing-resistant"]
    weak = [method for method in ids if tiers[method] == "weak"]
    extras = [method for method in ids if method != "totp" and tiers[method] in {"strong", "unrated"}]
    if resistant:
        return _write_resistant(resistant, ids)
    if "totp" in ids:
        return _write_totp(_name_all(extras, software, hardware), len(extras), ids)
    if extras:
        return _write_extras(_name_all(extras, software, hardware), len(extras), weak)
    return _write_weak(weak)


def _write_resistant(resistant: Sequence[str], ids: Names) -> Text:
    method = capitalise(join([_name(method) for method in resistant], last="or"))
    if len(ids) == 1:
        return say(_RESISTANT_ALONE, method=method, name=OPEN)
    best = say(_RESISTANT_ONE if len(resistant) == 1 else _RESISTANT_BOTH, method=method, name=OPEN)
    return sentences(best, plain(_FALLBACK_TOTP) if "totp" in ids else None)


def _write_totp(extras: Text, count: int, ids: Names) -> Text:
    if len(ids) == 1:
        return say(_TOTP_ALONE, name=OPEN)
    if not extras:
        return say(_TOTP, name=OPEN)
    return sentences(say(_TOTP_STANDARD, name=OPEN), say(_ALSO_ONE if count == 1 else _ALSO_SEVERAL, extras=extras))


def _write_extras(extras: Text, count: int, weak: Sequence[str]) -> Text:
    method = capitalise(extras)
    if count == 1 and not weak:
        return say(_EXTRA_ALONE, method=method, name=OPEN)
    first = say(_EXTRA_ONE if count == 1 else _EXTRA_SEVERAL, method=method, name=OPEN)
    if not weak:
        return first
    beside = _WEAK_BESIDE_ONE if len(weak) == 1 else _WEAK_BESIDE_SEVERAL
    return sentences(first, say(beside, weak=capitalise(join([_name(method) for method in weak]))))


def _write_weak(weak: Sequence[str]) -> Text:
    method = capitalise(join([_name(method) for method in weak]))
    phrase = {1: _WEAK_ALONE, 2: _WEAK_BOTH}.get(len(weak), _WEAK_ALL)
    return say(phrase, method=method, name=OPEN)


def _name(method: str) -> Text:
    return plain(find_method(method).text)


def _name_all(methods: Sequence[str], software: Names, hardware: Names) -> Text:
    """Name methods, custom ones with the names of their apps or devices where upstream has them."""
    names = {"custom-software": software, "custom-hardware": hardware}
    texts = []
    for method in methods:
        known = names.get(method, ())
        texts.append(plain(f"{_name(method)} ({', '.join(known)})") if known else _name(method))
    return join(texts)
