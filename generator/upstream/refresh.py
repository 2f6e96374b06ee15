"""The nightly job as a whole: for each source fetch, judge, compare, keep; then report.

Each source is a transaction of its own: it is taken over with its metadata, its events and the ledger of addresses, or
nothing of it is. A night on which nothing changed rewrites the status and the report, a failed fetch the report only.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from generator.config import SOURCE_IDS
from generator.errors import PublishError, RefusedError, UnreachableError, UsageError
from generator.formats.ledger_file import check_ledger
from generator.model import DIRECTORY, METHODS, PASSKEYS
from generator.upstream import passkeys, store, two_factor
from generator.upstream.http import Patience
from generator.upstream.origin import find_origin, read_origin
from generator.upstream.plausibility import Candidate, Outline, check_plausibility
from generator.upstream.report import FetchReport, SourceReport, report_failure
from generator.upstream.takeover import Run, keep, take_over
from generator.upstream.undo import choose_undone, undo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.config import Settings
    from generator.formats.ledger import Ledger
    from generator.upstream.http import Response
    from generator.upstream.parsed import Parsed
    from generator.upstream.state import State


def fetch(
    run: Run, sources: Sequence[str], *, give_up_after: float | None = None, patience: Patience | None = None
) -> FetchReport:
    """Refresh the sources and return what happened; without names, those of :func:`choose_sources`.

    ``give_up_after`` bounds, over all sources, the seconds spent waiting for a network that does not answer.

    Raises :class:`BusyError` where another fetch is running, :class:`InvalidError` where ``data/`` is damaged,
    :class:`UsageError` for an origin of no use, :class:`PublishError` where not even the report can be written.
    """
    chosen, settings = choose_sources(sources, run.origin), run.settings
    patience = replace(patience or Patience(), give_up_after=give_up_after)
    if give_up_after is not None:
        # Someone is waiting, who would rather have yesterday's data than wait long between two tries.
        patience = replace(patience, pause=min(patience.pause, give_up_after / 20))
    reports: dict[str, SourceReport] = {}
    with contextlib.nullcontext() if run.dry_run else store.hold_data(settings.paths):
        state = store.load(settings.paths)
        for source in chosen:
            started = time.monotonic()
            reports[source], state = _refresh(run, state, source, patience)
            if reports[source].status == "unreachable" and patience.give_up_after is not None:
                left = max(patience.give_up_after - (time.monotonic() - started), 0.0)
                patience = replace(patience, give_up_after=left)
        report = FetchReport(sources=reports, dry_run=run.dry_run)
        if not run.dry_run:
            _write_report(settings, report, run.date, run.now)
    return report


def roll_back(settings: Settings, *, sources: Sequence[str], date: str, now: str) -> FetchReport:
    """Take back the last refresh of the sources; without names, of all that the last run with one has refreshed.

    Raises what :func:`fetch` raises, and :class:`UsageError` where there is nothing to take back.
    """
    if sources:
        choose_sources(sources, None)
    with store.hold_data(settings.paths):
        before = store.load_previous(settings.paths, store.load(settings.paths))
        chosen = choose_undone(before, sources)
        after = before
        for source in chosen:
            after = undo(after, source, date=date)
        store.save(settings.paths, before, after)
        reports = {source: _report_undone(after, source) for source in chosen}
        report = FetchReport(sources=reports)
        _write_report(settings, report, date, now)
    return report


def _report_undone(state: State, source: str) -> SourceReport:
    snapshot, status = state.snapshots.get(source), state.status.get(source)
    return SourceReport(
        status="rolled_back",
        records=len(snapshot.records) if snapshot else 0,
        sha256=status.sha256 if status else None,
    )


def _write_report(settings: Settings, report: FetchReport, date: str, now: str) -> None:
    raw = {"fetched": now, "date": date, **report.as_json()}
    store.write_report(settings.paths, raw, report.as_text() + "\n")


def choose_sources(named: Sequence[str], origin: str | None) -> tuple[str, ...]:
    """Return the sources that a command means: those it names, else all; with an origin, else the 2FA Directory."""
    for source in named:
        if source not in SOURCE_IDS:
            message = f"there is no source {source}"
            raise UsageError(message, fix=f"use one of: {', '.join(SOURCE_IDS)}")
    chosen = tuple(dict.fromkeys(named)) or ((DIRECTORY,) if origin is not None else SOURCE_IDS)
    if origin is not None and len(chosen) > 1:
        raise UsageError("--from reads one source", fix="name that source, and no other")
    return chosen


def _refresh(run: Run, state: State, source: str, patience: Patience) -> tuple[SourceReport, State]:
    """Refresh one source; return what happened, and what is kept from now on."""
    response: Response | None = None
    parsed: Parsed | None = None
    try:
        response = _ask(run, state, source, patience)
        confirmed = state.find_confirmed(source)
        if response.body is None or (confirmed and confirmed.sha256 == response.sha256):
            report, after = keep(run, state, source, response)
        else:
            parsed = _parse(run, state, source, response.body)
            parsed = _judge(run, state, source, parsed, response)
            report, after = take_over(run, state, source, parsed, response)
        if after.ledger != state.ledger:
            _refuse_unwritable(after.ledger)
        if not run.dry_run:
            store.save(run.settings.paths, state, after)
    except (UnreachableError, RefusedError, PublishError) as error:
        sha256 = response.sha256 if response else None
        return report_failure(error, sha256, parsed.warnings if parsed else ()), state
    return report, after


def _ask(run: Run, state: State, source: str, patience: Patience) -> Response:
    """Get the file, with the question whether it has changed only where "no" would be an answer."""
    origin = find_origin(run.settings, source, run.origin)
    status = state.find_confirmed(source)
    if status is None or status.address != origin.label:
        return read_origin(origin, patience=patience)
    return read_origin(origin, etag=status.etag, last_modified=status.last_modified, patience=patience)


def _parse(run: Run, state: State, source: str, body: bytes) -> Parsed:
    snapshot = state.snapshots.get(source)
    stored = snapshot.records if snapshot else {}
    if source == DIRECTORY:
        return two_factor.parse(body, stored=stored, known_categories=run.known_categories)
    return passkeys.parse(body, stored=stored)


def _judge(run: Run, state: State, source: str, parsed: Parsed, response: Response) -> Parsed:
    """Return what is taken over; raises :class:`RefusedError` where it is not plausible and nobody has accepted it."""
    if not parsed.count:
        raise RefusedError("the file has no entries", fix="look at the source; the last good data stays in use")
    snapshot, day = state.snapshots.get(source), state.find_day(source)
    outline, feature = _OUTLINES[source]
    reasons = check_plausibility(
        Candidate(
            feature=feature,
            count=parsed.count,
            damaged=parsed.damaged,
            new={domain: outline(record) for domain, record in parsed.records.items()},
            old={domain: outline(record) for domain, record in snapshot.records.items()} if snapshot else None,
            gap=_count_days(day, run.date),
            limits=run.settings.limits,
            known=_NAMED | {("category", name) for name in run.known_categories},
        )
    )
    if not reasons:
        return parsed
    sha256 = response.sha256 or ""
    if run.accept == sha256:
        accepted = tuple(f"accepted by --accept, although {reason}" for reason in reasons)
        return replace(parsed, warnings=(*accepted, *parsed.warnings))
    raise RefusedError("; ".join(reasons), fix=_advise(run, source, sha256, response.body or b""))


def _refuse_unwritable(ledger: Ledger) -> None:
    """Raise :class:`RefusedError` for addresses that no build could write: a ledger never forgets one."""
    if faults := check_ledger(ledger):
        message = f"the site could not be built with this file: {'; '.join(faults[:3])}"
        raise RefusedError(message, fix="the last good data stays in use; report this, with the file")


#: The methods that have a name here, as both sources write them.
_NAMED = frozenset(("method", name) for name in (*METHODS, *passkeys.METHODS))

#: Source → what plausibility looks at in a record, and what the source is about.
_OUTLINES: Mapping[str, tuple[Callable[[Any], Outline], str]] = {
    DIRECTORY: (two_factor.outline, "2FA"),
    PASSKEYS: (passkeys.outline, "passkeys"),
}


def _count_days(day: str | None, today: str) -> int:
    return max((date.fromisoformat(today) - date.fromisoformat(day)).days, 0) if day else 0


def _advise(run: Run, source: str, sha256: str, body: bytes) -> str:
    """Return what to do about a file that was refused, which is put aside to be looked at."""
    paths = run.settings.paths
    kept = None if run.dry_run else store.keep_refused(paths, source, body)
    look = "look at the source"
    if kept and source == DIRECTORY:
        look = f"see what it changes with: twofa changes data/{source}.json {paths.name(kept)}"
    other = "this is another file than the one that --accept names; " if run.accept else ""
    return (
        f"{other}the last good data stays in use; {look}; "
        f"to take over just this file: twofa fetch {source} --accept {sha256}"
    )
