"""The facts that a layer states: which counts is the merge's word, and the others are named beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from generator.catalogue.merge import PRECEDENCE, find_passkeys, merge_methods
from generator.catalogue.statements import state_curated, state_directory
from generator.editors.explain.facts import DEFAULT, Case, Fact, Place, Stated, simplify
from generator.model import CURATED, DIRECTORY, METHODS, PASSKEYS, SAMPLE, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.editors.explain.files import ContentFiles, DataFiles

#: Where a record of the 2FA Directory holds a fact whose key is not its name.
_IN_RECORD: Mapping[str, tuple[str | int, ...]] = {
    "name": (0,),
    "categories": (1, "keywords"),
    "note": (1, "notes"),
    "recovery_link": (1, "recovery"),
    "custom_software": (1, "custom-software"),
    "custom_hardware": (1, "custom-hardware"),
    "additional_domains": (1, "additional-domains"),
}
#: The same of a guide.
_IN_GUIDE: Mapping[str, tuple[str, ...]] = {"recovery_link": ("recovery", "link")}

SUPPORTED, NOT_LISTED = "supported", "not listed"

Where = tuple[str | int, ...]


class StatedFacts:
    """Tells the facts of one service that records and guides state."""

    def __init__(self, case: Case, content: ContentFiles, data: DataFiles) -> None:
        self._case, self._content, self._data = case, content, data
        self._record = case.baseline.directory.get(case.service.domain)
        self._stated = {DIRECTORY: state_directory(self._record), CURATED: state_curated(case.guide)}
        additional = case.service.additional_domains
        self._passkeys = find_passkeys(case.baseline, case.service.domain, additional)

    def list(self, fact: str, *, note: str = "") -> Iterator[Fact]:
        """Return what the merge's table has under one name: the fact, or one for each key below it."""
        service = self._case.service
        layer = service.layers.get(fact)
        if layer is None:
            return
        overrode = self._find_loser(fact, layer)
        for where, value in flatten(getattr(service, fact), (fact,)):
            yield Fact(
                fact=name_of(where),
                value=simplify(value),
                layer=layer,
                place=self._place(layer, where),
                overrode=overrode,
                note=note,
            )

    def list_domain(self) -> Iterator[Fact]:
        """Return the domain, and whether the record could be read when it was fetched."""
        service = self._case.service
        is_own = service.source == CURATED
        place = self._find_in_guide("domain") if is_own else self._data.find_record(service.domain, 1, "domain")
        yield Fact(fact="domain", value=service.domain, layer=service.source, place=place)
        if service.damaged:
            place = self._data.find_record(service.domain, 1, "damaged")
            yield Fact(fact="damaged", value=True, layer=service.source, place=place)

    def _find_loser(self, fact: str, winner: str) -> Stated | None:
        for layer in PRECEDENCE[fact]:
            name = self._name(layer)
            value = self._stated[layer].get(fact)
            if name != winner and value is not None and value != ():
                return Stated(value=simplify(value), layer=name, place=self._place(name, (fact,)))
        return None

    def _name(self, layer: str) -> str:
        return SAMPLE if self._case.baseline.sample and layer != CURATED else layer

    def _place(self, layer: str, where: Where) -> Place:
        fact = str(where[0])
        if layer != CURATED:
            return self._data.find_record(
                self._case.service.domain, *_IN_RECORD.get(fact, (1, fact)), *(where[1:] if fact == "contact" else ())
            )
        return self._find_in_guide(*_IN_GUIDE.get(fact, (fact,)), *where[1:])

    def _find_in_guide(self, *where: str | int) -> Place:
        return self._content.find(self._case.service.curated_path or "", *where)

    # --- Methods ------------------------------------------------------------------------------------------------------

    def list_methods(self) -> Iterator[Fact]:
        """Return a fact for each row of the list: who says so, or that nobody does."""
        service = self._case.service
        is_shown = self._case.view.verdict is Verdict.YES
        layers = {method.id: method.layer for method in service.methods}
        found, _ = merge_methods(self._record, self._passkeys, None, sample=self._case.baseline.sample)
        upstream = {method.id: method.layer for method in found}
        override = self._case.guide.override if self._case.guide else None
        unknown = [method for method in service.method_ids if method not in METHODS]
        for method in (*METHODS, *unknown):
            if method in layers:
                yield self._tell_method(method, layers[method], upstream)
            elif override and method in override.remove and method in upstream:
                yield Fact(
                    fact=f"methods.{method}",
                    value=NOT_LISTED,
                    layer=CURATED,
                    place=self._find_override("remove", method),
                    overrode=self._state_method(method, upstream[method]),
                    note=override.reason,
                )
            elif is_shown:
                yield Fact(fact=f"methods.{method}", value=NOT_LISTED, layer=DEFAULT)
        if override:
            for key in ("reason", "source"):
                value = getattr(override, key)
                place = self._find_in_guide("override", "methods", key)
                yield Fact(fact=f"override.{key}", value=value, layer=CURATED, place=place)

    def _tell_method(self, method: str, layer: str, upstream: Mapping[str, str]) -> Fact:
        guide = self._case.guide
        override = guide.override if guide else None
        note, overrode = "", None
        if layer == CURATED:
            is_added = override is not None and method in override.add
            place = self._find_override("add", method) if is_added else self._find_own_method(method)
            note = override.reason if is_added and override else ""
        else:
            stated = self._state_method(method, upstream[method])
            place = stated.place or Place("data")
            overrode = self._find_second(method, layer)
            if override and method in override.add:
                note = "the override that adds it is no longer needed"
        return Fact(fact=f"methods.{method}", value=SUPPORTED, layer=layer, place=place, overrode=overrode, note=note)

    def _state_method(self, method: str, layer: str) -> Stated:
        """Return what upstream says of a method that it lists."""
        domain = self._case.service.domain
        if self._record and method in self._record.methods:
            place = self._data.find_record(domain, 1, "tfa", item=method)
        else:
            key = "passwordless" if method == "passkey" else "mfa"
            place = self._data.find_passkeys(self._passkeys.domain if self._passkeys else domain, key)
        return Stated(value=SUPPORTED, layer=layer, place=place)

    def _find_second(self, method: str, layer: str) -> Stated | None:
        """Return the Passkeys Directory's word on a method that the 2FA Directory lists as well."""
        if method != "u2f" or not (self._record and method in self._record.methods):
            return None
        if self._passkeys is None or not self._passkeys.mfa:
            return None
        place = self._data.find_passkeys(self._passkeys.domain, "mfa")
        return Stated(value=SUPPORTED, layer=SAMPLE if layer == SAMPLE else PASSKEYS, place=place)

    def _find_override(self, key: str, method: str) -> Place:
        path = self._case.service.curated_path or ""
        return self._content.find_item(path, "override", "methods", key, item=method)

    def _find_own_method(self, method: str) -> Place:
        return self._content.find_item(self._case.service.curated_path or "", "methods", item=method)

    def list_side_notes(self) -> Iterator[Fact]:
        """Return what the Passkeys Directory says beside its methods."""
        side = self._case.service.passkeys
        if side is None or self._passkeys is None:
            return
        layer = SAMPLE if self._case.baseline.sample else PASSKEYS
        for where, value in flatten(side, ("passkeys",)):
            key = "notes" if where[-1] == "note" else where[-1]
            place = self._data.find_passkeys(self._passkeys.domain, key)
            yield Fact(fact=name_of(where), value=simplify(value), layer=layer, place=place)


def flatten(value: Any, where: Where) -> Iterator[tuple[Where, Any]]:
    """Return the keys below a value of the model that hold something; a list of texts is one value."""
    if isinstance(value, Struct):
        for key in value.__struct_fields__:
            below = getattr(value, key)
            # The link to recovery is a fact of its own, which both layers may state.
            if below not in (None, (), {}) and (*where, key) != ("recovery", "link"):
                yield from flatten(below, (*where, key))
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from flatten(below, (*where, key))
    elif isinstance(value, tuple) and value and isinstance(value[0], Struct):
        for index, below in enumerate(value):
            yield from flatten(below, (*where, index))
    else:
        yield where, value


def name_of(where: Where) -> str:
    """Return a place in a guide as the name of a fact; items are counted from 1."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in where)
