"""The list of methods, the hardware block and the most secure method (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.catalogue.decisions.text import Text, capitalise, isolate, join, plain, say, sentences
from generator.model import METHODS, Service, find_method

if TYPE_CHECKING:
    from generator.catalogue.decisions.rules import Rules


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
    layers = {method.id: method.layer for method in service.methods}
    names = {"custom-software": service.custom_software, "custom-hardware": service.custom_hardware}
    unknown = [method for method in layers if method not in METHODS]
    rows = []
    for method_id in (*METHODS, *unknown):
        layer = layers.get(method_id)
        rows.append(
            MethodRow(
                id=method_id,
                label=find_method(method_id).label,
                supported=layer is not None,
                names=", ".join(names.get(method_id, ())) if layer else "",
                source=rules.name_source(layer) if layer and layer != service.source else "",
            )
        )
    return tuple(rows)


def describe_hardware(service: Service) -> Hardware | None:
    """Return the devices, or None where none is listed."""
    methods = service.method_ids
    if "u2f" not in methods and "custom-hardware" not in methods:
        return None
    custom = "custom-hardware" in methods
    return Hardware(
        security_keys="u2f" in methods,
        others=service.custom_hardware if custom else (),
        unnamed=custom and not service.custom_hardware,
    )


_SECURE_QUESTION = "What is the most secure 2FA method for {name}?"
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


def write_secure_question(service: Service) -> Text:
    """Return the question on the most secure method."""
    return say(_SECURE_QUESTION, name=isolate(service.name))


def write_most_secure(service: Service) -> Text:
    """Name the most secure method listed; "only" is said of a single one, ranks are for standard methods alone."""
    name = isolate(service.name)
    ids = service.method_ids
    tiers = {method: find_method(method).tier for method in ids}
    resistant = [method for method in ids if tiers[method] == "phishing-resistant"]
    weak = [method for method in ids if tiers[method] == "weak"]
    extras = [method for method in ids if method != "totp" and tiers[method] in {"strong", "unrated"}]
    if resistant:
        return _write_resistant(name, resistant, ids)
    if "totp" in ids:
        return _write_totp(name, service, extras, ids)
    if extras:
        return _write_extras(name, service, extras, weak)
    return _write_weak(name, weak)


def _write_resistant(name: Text, resistant: Sequence[str], ids: Sequence[str]) -> Text:
    method = capitalise(join([_name(method) for method in resistant], last="or"))
    if len(ids) == 1:
        return say(_RESISTANT_ALONE, method=method, name=name)
    best = say(_RESISTANT_ONE if len(resistant) == 1 else _RESISTANT_BOTH, method=method, name=name)
    return sentences(best, plain(_FALLBACK_TOTP) if "totp" in ids else None)


def _write_totp(name: Text, service: Service, extras: Sequence[str], ids: Sequence[str]) -> Text:
    if len(ids) == 1:
        return say(_TOTP_ALONE, name=name)
    if not extras:
        return say(_TOTP, name=name)
    also = _ALSO_ONE if len(extras) == 1 else _ALSO_SEVERAL
    return sentences(say(_TOTP_STANDARD, name=name), say(also, extras=_name_all(service, extras)))


def _write_extras(name: Text, service: Service, extras: Sequence[str], weak: Sequence[str]) -> Text:
    method = capitalise(_name_all(service, extras))
    if len(extras) == 1 and not weak:
        return say(_EXTRA_ALONE, method=method, name=name)
    first = say(_EXTRA_ONE if len(extras) == 1 else _EXTRA_SEVERAL, method=method, name=name)
    if not weak:
        return first
    beside = _WEAK_BESIDE_ONE if len(weak) == 1 else _WEAK_BESIDE_SEVERAL
    return sentences(first, say(beside, weak=capitalise(join([_name(method) for method in weak]))))


def _write_weak(name: Text, weak: Sequence[str]) -> Text:
    method = capitalise(join([_name(method) for method in weak]))
    phrase = {1: _WEAK_ALONE, 2: _WEAK_BOTH}.get(len(weak), _WEAK_ALL)
    return say(phrase, method=method, name=name)


def _name(method: str) -> Text:
    return plain(find_method(method).text)


def _name_all(service: Service, methods: Sequence[str]) -> Text:
    """Name methods, custom ones with the names of their apps or devices where upstream has them."""
    names = {"custom-software": service.custom_software, "custom-hardware": service.custom_hardware}
    texts = []
    for method in methods:
        known = names.get(method, ())
        texts.append(plain(f"{_name(method)} ({', '.join(known)})") if known else _name(method))
    return join(texts)
