"""What became of the entries that left in one refresh: moved, merged or gone (pure).

The rules are those of the product's section 3. A move is believed only on the word of upstream itself, and only where
it is one to one; weaker evidence is a suggestion, which an editor confirms. Textual similarity is never evidence.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from generator.formats.ledger import Departures
from generator.identity import first_label, plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from generator.model import DirectoryRecord

    Records = Mapping[str, DirectoryRecord]


class Suggestion(Struct, frozen=True, kw_only=True, order=True):
    """A departure that may have been a move or a merge: the domain that left, the one that may follow it, and why."""

    old_domain: str
    old_name: str
    domain: str
    name: str
    evidence: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the suggestion as reports print it."""
        return {
            "old_domain": self.old_domain,
            "old_name": self.old_name,
            "domain": self.domain,
            "name": self.name,
            "evidence": list(self.evidence),
        }

    def as_text(self) -> str:
        """Return the suggestion for people, with the line by which an editor confirms it."""
        return (
            f"perhaps {self.old_domain} ({self.old_name}) became {self.domain} ({self.name}): both have the same "
            f"{', '.join(self.evidence)}; to confirm it, add to content/moves.yaml: {self.old_domain}: {self.domain}"
        )


def find_departures(old: Records, new: Records) -> Departures:
    """Return the moves and merges among the domains of ``old`` that ``new`` lacks."""
    removed, added = _only_in(old, new), _only_in(new, old)
    moved: dict[str, str] = {}
    for rule in (_pair_additional_domains, _pair_names):
        left = {domain: record for domain, record in removed.items() if domain not in moved}
        free = {domain: record for domain, record in added.items() if domain not in moved.values()}
        moved |= _keep_one_to_one(rule(left, free))
    staying = {domain: record for domain, record in new.items() if domain in old}
    merged = _find_merges({domain for domain in removed if domain not in moved}, staying)
    return Departures(moved=moved, merged=merged)


def _only_in(records: Records, others: Records) -> dict[str, DirectoryRecord]:
    return {domain: records[domain] for domain in sorted(records.keys() - others.keys())}


def _pair_additional_domains(removed: Records, added: Records) -> Iterator[tuple[str, str]]:
    for domain, record in added.items():
        for additional in record.additional_domains:
            if additional in removed:
                yield additional, domain


def _pair_names(removed: Records, added: Records) -> Iterator[tuple[str, str]]:
    by_name = defaultdict(list)
    for domain, record in added.items():
        by_name[plain_name(record.name)].append(domain)
    for domain, record in removed.items():
        for candidate in by_name[plain_name(record.name)]:
            yield domain, candidate


def _keep_one_to_one(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the pairs whose two ends appear in no other pair."""
    successors, predecessors = defaultdict(set), defaultdict(set)
    for before, after in pairs:
        successors[before].add(after)
        predecessors[after].add(before)
    return {
        before: next(iter(afters))
        for before, afters in sorted(successors.items())
        if len(afters) == 1 and all(len(predecessors[after]) == 1 for after in afters)
    }


def _find_merges(removed: set[str], staying: Records) -> dict[str, str]:
    """Return removed → staying for each domain that exactly one staying entry now lists as additional."""
    claims = defaultdict(list)
    for domain, record in staying.items():
        for additional in record.additional_domains:
            if additional in removed:
                claims[additional].append(domain)
    return {domain: claimants[0] for domain, claimants in sorted(claims.items()) if len(claimants) == 1}


# --- Suggestions ------------------------------------------------------------------------------------------------------


def _contact_values(record: DirectoryRecord) -> tuple[str | None, ...]:
    """Return the ways to reach a service, each with its kind; its language alone says nothing."""
    contact = record.contact
    if contact is None:
        return ()
    kinds = ("twitter", "facebook", "email", "form")
    return tuple(f"{kind} {value.lower()}" for kind in kinds if (value := getattr(contact, kind)))


#: What two entries can share, weaker than a move's own evidence: its name in reports → the values of a record.
_EVIDENCE: Mapping[str, Callable[[DirectoryRecord], Iterable[str | None]]] = {
    "name": lambda record: (plain_name(record.name),),
    "documentation": lambda record: (record.documentation,),
    "recovery": lambda record: (record.recovery,),
    "contact": _contact_values,
    "img": lambda record: (record.image,),
    "first label": lambda record: (first_label(record.domain),),
}


def find_suggestions(old: Records, new: Records, departures: Departures) -> tuple[Suggestion, ...]:
    """Return what may have been a move or a merge, but is not certain enough to be taken for one."""
    explained = departures.moved.keys() | departures.merged.keys()
    gone = {domain: record for domain, record in _only_in(old, new).items() if domain not in explained}
    successors = set(departures.moved.values())
    free = {domain: record for domain, record in _only_in(new, old).items() if domain not in successors}
    evidence: dict[tuple[str, str], list[str]] = defaultdict(list)
    for domain, record in new.items():
        for additional in record.additional_domains:
            if additional in gone:
                evidence[additional, domain].append("additional-domains")
    for kind, values in _EVIDENCE.items():
        for pair in _match(gone, free, values):
            evidence[pair].append(kind)
    return tuple(
        Suggestion(
            old_domain=before, old_name=old[before].name, domain=after, name=new[after].name, evidence=tuple(kinds)
        )
        for (before, after), kinds in sorted(evidence.items())
    )


def _match(
    gone: Records, free: Records, values: Callable[[DirectoryRecord], Iterable[str | None]]
) -> set[tuple[str, str]]:
    holders = defaultdict(list)
    for domain, record in free.items():
        for value in values(record):
            if value:
                holders[value].append(domain)
    return {
        (domain, holder)
        for domain, record in gone.items()
        for value in values(record)
        if value
        for holder in holders.get(value, ())
    }
