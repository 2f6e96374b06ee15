"""Take back the last refresh of a source (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.errors import UsageError
from generator.formats.ledger import Gone, Ledger
from generator.model import DIRECTORY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.formats.snapshot import RawDirectoryRecord
    from generator.upstream.state import Snapshot, State


def choose_undone(state: State, named: Sequence[str]) -> tuple[str, ...]:
    """Return the sources to take back: those named, else all that the last run with a refresh has refreshed.

    Raises :class:`UsageError` where there is nothing to take back.
    """
    for source in named:
        if source not in state.previous:
            raise UsageError(f"there is no refresh of {source} to take back", fix="restore data/ from git instead")
    if not state.previous:
        raise UsageError("there is no refresh to take back", fix="restore data/ from git instead")
    last = max(previous.fetched for previous in state.previous.values())
    return tuple(named) or tuple(source for source, previous in state.previous.items() if previous.fetched == last)


def undo(state: State, source: str, *, date: str) -> State:
    """Return the state as it was before the last refresh of a source.

    Only the ledger keeps what was published meanwhile: services that are known from that refresh alone stand there as
    removed on the ISO date ``date``, or as moved back to the one whose address they had taken over.
    """
    previous = state.previous[source]
    snapshots = {name: snapshot for name, snapshot in state.snapshots.items() if name != source}
    status = {name: status for name, status in state.status.items() if name != source}
    if previous.snapshot:
        snapshots[source] = previous.snapshot
    if previous.status:
        status[source] = previous.status
    begin, end = previous.events
    ledger = state.ledger
    if previous.ledger is not None:
        ledger = _restore(previous.ledger, state.ledger, state.snapshots.get(DIRECTORY), date)
    return replace(
        state,
        snapshots=snapshots,
        status=status,
        ledger=ledger,
        events=state.events[:begin] + state.events[end:],
        previous={name: kept for name, kept in state.previous.items() if name != source},
    )


def _restore(before: Ledger, ledger: Ledger, undone: Snapshot | None, date: str) -> Ledger:
    """Return the ledger of before, with every address that was published since."""
    records: Mapping[str, RawDirectoryRecord] = undone.records if undone else {}
    rows = dict(before.services)
    there = {row.slug: domain for domain, row in rows.items() if row.gone is None}
    for domain, row in ledger.services.items():
        if domain in rows:
            # One that had to give up its slug keeps the new one, at which it was published since.
            rows[domain] = replace(rows[domain], slug=row.slug, share=rows[domain].share or row.share)
        elif row.gone or domain not in records or row.curated:
            rows[domain] = row
        elif row.slug in there:
            rows[domain] = replace(row, gone=Gone(how="moved", date=date, to=there[row.slug]))
        else:
            rows[domain] = replace(row, gone=Gone(how="removed", date=date, record=records[domain]))
    return Ledger(services=rows, addresses=before.addresses | ledger.addresses)
