"""What is kept after a source was fetched: snapshot, events and ledger of the new state, and the report (pure)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from generator import __version__
from generator.formats.events import dump_events, find_years
from generator.formats.ledger import Ledger, Published, confirm_moves, record_published, refresh_ledger
from generator.formats.ownership import find_lost_claims, find_ownership
from generator.formats.snapshot import SnapshotMeta, dump_directory, dump_passkeys, parse_directory, parse_passkeys
from generator.model import DIRECTORY, PASSKEYS, DirectoryRecord, PasskeyRecord
from generator.upstream import passkeys
from generator.upstream.events import Changes, find_changes, find_confirmed
from generator.upstream.parsed import has_same_contents
from generator.upstream.report import SourceReport
from generator.upstream.state import Previous, Snapshot, SourceStatus, hash_bytes

if TYPE_CHECKING:
    from generator.config import Settings
    from generator.upstream.http import Response
    from generator.upstream.parsed import Parsed
    from generator.upstream.state import State

#: What a build of these records would publish under this ledger, with a history of these years.
FindPublished = Callable[
    [Mapping[str, DirectoryRecord], Mapping[str, PasskeyRecord], Ledger, frozenset[str]], Published
]


class Run(Struct, frozen=True, kw_only=True):
    """The arguments of one fetch.

    ``origin`` replaces the address of one source. ``date`` is the UTC day that metadata and events get, ``now`` the UTC
    time of the fetch, both ISO. ``accept`` is the SHA-256 of a body that is taken over however much it changes.
    ``moves`` are those that editors know of, old domain → new, or None for no successor.
    """

    settings: Settings
    origin: str | None
    date: str
    now: str
    dry_run: bool
    known_categories: frozenset[str]
    find_published: FindPublished
    accept: str | None = None
    moves: Mapping[str, str | None] = field(default_factory=dict)


# --- Nothing new ------------------------------------------------------------------------------------------------------


def keep(run: Run, state: State, source: str, response: Response) -> tuple[SourceReport, State]:
    """Return report and state of a source that served what we have; the ledger still learns what editors published."""
    before = state.status[source]
    status = replace(
        before,
        fetched=run.now,
        day=run.date,
        address=response.address,
        etag=response.etag or (before.etag if response.body is None else None),
        last_modified=response.last_modified or (before.last_modified if response.body is None else None),
    )
    after = _settle(run, replace(state, status={**state.status, source: status}))
    report = SourceReport(
        status="unchanged",
        records=status.records,
        sha256=status.sha256,
        warnings=(*status.warnings, *_describe_claims(run, after, source)),
    )
    return report, after


# --- Something new ----------------------------------------------------------------------------------------------------


def take_over(run: Run, state: State, source: str, parsed: Parsed, response: Response) -> tuple[SourceReport, State]:
    """Return report and state after a file that is taken over; it may say the same in other words."""
    before = state.snapshots.get(source)
    if before and before.is_trusted and has_same_contents(before.records, parsed.records):
        return _finish(run, _settle(run, state), source, parsed, response, SourceReport(status="unchanged"))
    snapshot = _build_snapshot(run, state, source, parsed, response)
    after = replace(state, snapshots={**state.snapshots, source: snapshot})
    # What was published so far enters before any new entry.
    ledger = _record(run, state, state.ledger)
    report = SourceReport(status="updated")
    if source == DIRECTORY:
        changes = _compare(before, snapshot)
        ledger = refresh_ledger(
            ledger,
            old=before.records if before else {},
            new=snapshot.records,
            departures=replace(changes.departures, perhaps=changes.find_successors()),
            date=run.date,
        )
        dated = dump_events(replace(event, date=run.date) for event in changes.events)
        after = replace(after, events=_append(state.events, dated))
        report = replace(report, events=changes.counts, changes=changes.events, suggestions=changes.suggestions)
    elif before:
        report = replace(report, events=passkeys.count_changes(before.records, snapshot.records))
    after = _settle(run, replace(after, ledger=ledger))
    previous = Previous(
        fetched=run.now,
        events=(len(state.events), len(after.events)),
        snapshot=before,
        status=state.status.get(source),
        ledger=state.ledger if source == DIRECTORY else None,
    )
    after = replace(after, previous={**state.previous, source: previous})
    return _finish(run, after, source, parsed, response, report)


def _finish(
    run: Run,
    state: State,
    source: str,
    parsed: Parsed,
    response: Response,
    report: SourceReport,
) -> tuple[SourceReport, State]:
    """Return report and state with what is the same whether the contents changed or not."""
    snapshot = state.snapshots[source]
    status = SourceStatus(
        fetched=run.now,
        changed=snapshot.meta.changed if snapshot.meta else run.date,
        address=response.address,
        sha256=response.sha256 or "",
        stored_sha256=snapshot.sha256,
        version=__version__,
        records=len(snapshot.records),
        etag=response.etag,
        last_modified=response.last_modified,
        warnings=parsed.warnings,
        day=run.date,
    )
    warnings = (*parsed.warnings, *_describe_claims(run, state, source))
    report = replace(report, records=status.records, sha256=response.sha256 or "", warnings=warnings)
    return report, replace(state, status={**state.status, source: status})


def _build_snapshot(run: Run, state: State, source: str, parsed: Parsed, response: Response) -> Snapshot:
    before = state.snapshots.get(source)
    records = parsed.records
    content = dump_directory(records.values()) if source == DIRECTORY else dump_passkeys(records)
    stored_sha256 = hash_bytes(content)
    meta = SnapshotMeta(
        source=source,
        address=response.address,
        sha256=response.sha256 or "",
        stored_sha256=stored_sha256,
        fetched=run.now,
        first=before.meta.first if before and before.meta else run.date,
        changed=run.date,
        etag=response.etag,
        last_modified=response.last_modified,
        counts=_count(source, records),
        warnings=parsed.warnings,
        gap=_find_gap(state.find_day(source), run.date) or (before.meta.gap if before and before.meta else None),
    )
    return Snapshot(records=records, sha256=stored_sha256, content=content, meta=meta)


def _find_gap(before: str | None, day: str) -> tuple[str, str] | None:
    """Return the days of the last good fetch and of this one, where nobody looked for more than two days."""
    if before is None or (date.fromisoformat(day) - date.fromisoformat(before)).days <= 2:
        return None
    return before, day


def _count(source: str, records: Mapping[str, Any]) -> dict[str, int]:
    if source == DIRECTORY:
        return {"records": len(records), "with_2fa": sum("tfa" in fields for _, fields in records.values())}
    granted = {key: sum(key in fields for fields in records.values()) for key in ("passwordless", "mfa")}
    return {"records": len(records), **granted}


def _compare(before: Snapshot | None, after: Snapshot) -> Changes:
    """Return what changed; the first snapshot has no history, so that it is no change."""
    if before is None:
        return Changes()
    return find_changes(parse_directory(before.records.values()), parse_directory(after.records.values()))


def _append(history: bytes, lines: bytes) -> bytes:
    return history + (b"\n" if lines and history and not history.endswith(b"\n") else b"") + lines


def _settle(run: Run, state: State) -> State:
    """Return the state with the moves that editors have confirmed, and with what a build of it publishes."""
    directory = state.snapshots.get(DIRECTORY)
    if directory is None:
        return state
    ledger = confirm_moves(state.ledger, run.moves, directory.records)
    events = dump_events(
        replace(event, date=run.date) for event in find_confirmed(state.ledger, ledger, directory.records)
    )
    return replace(state, ledger=_record(run, state, ledger), events=_append(state.events, events))


def _describe_claims(run: Run, state: State, source: str) -> list[str]:
    """Return a sentence for each address of the ledger that has passed to another row."""
    if source != DIRECTORY:
        return []
    claims = find_lost_claims(find_ownership(state.ledger), settled=run.moves)
    return [f"{claim.as_text()}; to settle it, add to content/moves.yaml: {claim.line}" for claim in claims]


def _record(run: Run, state: State, ledger: Ledger) -> Ledger:
    """Return the ledger with what a build of this state publishes.

    Without a snapshot a build shows the sample, of which nothing may enter the ledger.
    """
    directory, beside = state.snapshots.get(DIRECTORY), state.snapshots.get(PASSKEYS)
    if directory is None:
        return ledger
    published = run.find_published(
        parse_directory(directory.records.values()),
        parse_passkeys(beside.records if beside else {}),
        ledger,
        find_years(state.events),
    )
    return record_published(ledger, published, date=run.date)
