"""What is sent, in which order, and what is deleted: the site held against what the remote holds (pure)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.errors import PublishError
from generator.pages.hosting import Stage, find_kind, find_type
from generator.publishing.index import Index

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

#: So many files, or one in so many, may be deleted at once. Addresses are for ever, so more is no site that has changed
#: but another one: the sample where the real data is missing, the wrong folder.
MANY, SHARE = 50, 4


class Batch(Struct, frozen=True, kw_only=True):
    """Files that are sent together, in any order, with the same headers."""

    names: tuple[str, ...]
    cache: str
    type: str


class Plan(Struct, frozen=True, kw_only=True):
    """What to do, in this order: ``before`` is put in place, batches sent, files deleted, ``after`` put in place."""

    before: Index
    batches: tuple[Batch, ...]
    lost: tuple[str, ...]
    after: Index
    unchanged: int

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.batches or self.lost)

    @property
    def names(self) -> list[str]:
        """The names of all files that are sent, in their order."""
        return [name for batch in self.batches for name in batch.names]


def plan_publishing(marks: Mapping[str, str], held: Index, found: Collection[str] = ()) -> Plan:
    """Return what makes a remote hold just the files of the site, of which ``marks`` has name → mark.

    ``held`` is what is known of the remote, ``found`` are names that were seen there besides.
    """
    changed = sorted(name for name, mark in marks.items() if held.files.get(name) != mark)
    lost = ({*held.files, *held.unknown, *found}) - marks.keys()
    touched = lost.union(changed)
    ordered = sorted(changed, key=lambda name: _rank(name, held))
    groups = [(rank, tuple(names)) for rank, names in groupby(ordered, lambda name: _rank(name, held))]
    return Plan(
        before=Index(
            files={name: mark for name, mark in held.files.items() if name not in touched}, unknown=frozenset(touched)
        ),
        batches=tuple(Batch(names=names, cache=cache, type=kind) for (_, _, cache, kind), names in groups),
        lost=tuple(sorted(lost)),
        after=Index(files=marks),
        unchanged=len(marks) - len(changed),
    )


def _rank(name: str, held: Index) -> tuple[bool, Stage, str, str]:
    """Return what files are ordered by: what the remote lacks comes before what it has, as that may link to it."""
    kind = find_kind(name)
    return name in held.files, kind.stage, kind.cache, find_type(name)


def refuse_emptying(plan: Plan, held: Index, shown: str) -> None:
    """Raise :class:`PublishError` where a large part of what the remote holds would be deleted."""
    count = sum(name in held.files for name in plan.lost)
    if count > max(MANY, len(held.files) // SHARE):
        message = f"{shown}: {count:,} of the {len(held.files):,} files there would be deleted; nothing was sent"
        raise PublishError(message, fix="check that this is the right site; if it is meant, add --prune")
