"""The folder ``data/`` as the nightly job knows it: what is kept, loaded into one value and saved as a whole.

Apart from ``transaction``, this is the only module of this room that reads or writes ``data/``. What it finds there was
written by this program; anything else is reported with the way to mend it, never guessed at.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import asdict, replace

from generator.disk import write_atomically
from generator.errors import PublishError
from generator.formats.damage import DAMAGED, report_damage
from generator.formats.events import parse_events
from generator.formats.ledger import Ledger
from generator.formats.ledger_file import dump_ledger, parse_ledger
from generator.formats.snapshot import dump_meta, find_record_fault, parse_meta
from generator.lock import hold_lock
from generator.model import DIRECTORY, PASSKEYS
from generator.upstream import passkeys, transaction
from generator.upstream.state import Previous, Snapshot, SourceStatus, State, hash_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from generator.config import Paths
    from generator.errors import InvalidError

T = TypeVar("T")

LEDGER, EVENTS, STATUS = "ledger.json", "events.jsonl", "status.json"

#: The folder of what a rollback would bring back.
PREVIOUS = "previous"


def snapshot_files(source: str) -> tuple[str, str]:
    """Return the names of a source's snapshot and of its metadata."""
    return f"{source}.json", f"{source}.meta.json"


# --- One run at a time ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def hold_data(paths: Paths) -> Iterator[None]:
    """Hold the lock of ``data/`` for the block, after finishing what a killed run left."""
    with hold_lock(paths.work / "fetch.lock", "fetch"):
        transaction.recover(paths.data)
        yield


def recover(paths: Paths) -> None:
    """Finish or clear away what a killed fetch left; raises :class:`BusyError` where one is at it right now."""
    if (paths.data / transaction.PENDING).exists():
        with hold_data(paths):
            pass


# --- Loading ----------------------------------------------------------------------------------------------------------


def load(paths: Paths) -> State:
    """Return what is kept; raises :class:`InvalidError` where a file is damaged."""
    snapshots = {source: _load_snapshot(paths, source) for source in (DIRECTORY, PASSKEYS)}
    ledger = _load(paths, LEDGER, parse_ledger)
    if ledger is None and snapshots[DIRECTORY]:
        # Without it, published addresses would be given to others.
        raise _damaged(paths, LEDGER, "it is missing")
    _load(paths, EVENTS, parse_events)
    return State(
        snapshots={source: snapshot for source, snapshot in snapshots.items() if snapshot},
        status=load_status(paths),
        ledger=ledger or Ledger(),
        events=_load(paths, EVENTS, bytes) or b"",
    )


def load_previous(paths: Paths, state: State) -> State:
    """Return the state with what a rollback would bring back."""
    found = {source: _load_previous(paths, source) for source in (DIRECTORY, PASSKEYS)}
    return replace(state, previous={source: previous for source, previous in found.items() if previous})


def _load_previous(paths: Paths, source: str) -> Previous | None:
    raw = _load(paths, _undo_file(source), json.loads)
    if raw is None:
        return None
    try:
        return Previous(
            fetched=raw["fetched"],
            events=(raw["events"][0], raw["events"][1]),
            snapshot=_load_snapshot(paths, source, f"{PREVIOUS}/"),
            status=_build_status(raw["status"]) if raw["status"] else None,
            ledger=_load(paths, f"{PREVIOUS}/{LEDGER}", parse_ledger) if source == DIRECTORY else None,
        )
    except (KeyError, TypeError, IndexError) as error:
        raise _damaged(paths, _undo_file(source), str(error)) from error


def _undo_file(source: str) -> str:
    return f"{PREVIOUS}/{source}.undo.json"


def load_status(paths: Paths) -> dict[str, SourceStatus]:
    """Return the last good fetch of each source; raises :class:`InvalidError` where the file is damaged."""
    return _load(paths, STATUS, _parse_status) or {}


def _load_snapshot(paths: Paths, source: str, folder: str = "") -> Snapshot | None:
    file, meta_file = (f"{folder}{name}" for name in snapshot_files(source))
    content = _load(paths, file, bytes)
    if content is None:
        return None
    meta = _load(paths, meta_file, parse_meta)
    parse = _parse_directory if source == DIRECTORY else _parse_passkeys
    snapshot = Snapshot(records={}, sha256=hash_bytes(content), content=content, meta=meta)
    return replace(snapshot, records=_load(paths, file, lambda text: parse(text, trusted=snapshot.is_trusted)) or {})


def _parse_directory(content: bytes, *, trusted: bool) -> dict[str, Any]:
    pairs = json.loads(content)
    if not trusted:
        for position, pair in enumerate(pairs, 1):
            _check_fault(position, find_record_fault(pair))
    records = {fields["domain"]: (name, fields) for name, fields in pairs}
    if len(records) != len(pairs):
        raise ValueError("a domain is there twice")
    return records


def _parse_passkeys(content: bytes, *, trusted: bool) -> dict[str, Any]:
    records: dict[str, Any] = dict(json.loads(content).items())
    if not trusted:
        for position, fields in enumerate(records.values(), 1):
            _check_fault(position, passkeys.find_stored_fault(fields))
    return records


def _check_fault(position: int, fault: str | None) -> None:
    if fault:
        message = f"record {position}: {fault}"
        raise ValueError(message)


def _parse_status(content: bytes) -> dict[str, SourceStatus]:
    sources = json.loads(content)["sources"]
    return {source: _build_status(fields) for source, fields in sources.items()}


def _build_status(fields: Mapping[str, Any]) -> SourceStatus:
    return SourceStatus(**{**fields, "warnings": tuple(fields["warnings"])})


def _load(paths: Paths, name: str, parse: Callable[[bytes], T]) -> T | None:
    """Return a file of ``data/`` as parsed, or None where there is none."""
    try:
        content = transaction.find_current(paths.data, name).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _damaged(paths, name, error.strerror or str(error)) from error
    try:
        return parse(content)
    except DAMAGED as error:
        raise _damaged(paths, name, error) from error


def _damaged(paths: Paths, name: str, error: Exception | str) -> InvalidError:
    return report_damage(paths.name(paths.data / name), error)


# --- Saving -----------------------------------------------------------------------------------------------------------


def save(paths: Paths, before: State, after: State) -> None:
    """Put in place, all or nothing, the files of what differs between two states; raises :class:`PublishError`."""
    files: dict[str, bytes | None] = {}
    for source in (DIRECTORY, PASSKEYS):
        snapshot, previous = after.snapshots.get(source), after.previous.get(source)
        if snapshot != before.snapshots.get(source):
            files |= _dump_snapshot(source, snapshot)
        if previous != before.previous.get(source):
            files |= _dump_previous(source, previous)
    if after.ledger != before.ledger:
        files[LEDGER] = dump_ledger(after.ledger)
    if after.events != before.events:
        files[EVENTS] = after.events or None
    if after.status != before.status:
        files[STATUS] = _dump({"sources": {source: asdict(status) for source, status in after.status.items()}})
    transaction.commit(paths.data, files)


def _dump_snapshot(source: str, snapshot: Snapshot | None, folder: str = "") -> dict[str, bytes | None]:
    file, meta_file = snapshot_files(source)
    meta = snapshot.meta if snapshot else None
    return {
        f"{folder}{file}": snapshot.content if snapshot else None,
        f"{folder}{meta_file}": dump_meta(meta) if meta else None,
    }


def _dump_previous(source: str, previous: Previous | None) -> dict[str, bytes | None]:
    files = _dump_snapshot(source, previous.snapshot if previous else None, f"{PREVIOUS}/")
    if source == DIRECTORY:
        files[f"{PREVIOUS}/{LEDGER}"] = dump_ledger(previous.ledger) if previous and previous.ledger else None
    undo = None
    if previous:
        status = asdict(previous.status) if previous.status else None
        undo = _dump({"fetched": previous.fetched, "events": list(previous.events), "status": status})
    return {**files, _undo_file(source): undo}


def keep_refused(paths: Paths, source: str, body: bytes) -> Path | None:
    """Put a file that was refused aside, for whoever wants to see why; return where, or None where that fails."""
    path = paths.work / "refused" / f"{source}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, body, is_durable=False)
    except OSError:
        return None
    return path


def write_report(paths: Paths, report: Mapping[str, Any], text: str) -> None:
    """Keep the report of the last fetch, for programs and for people; raises :class:`PublishError`."""
    _write_reports(paths, "latest", report, text)


def write_night_report(paths: Paths, report: Mapping[str, Any], text: str) -> None:
    """Keep the report of the last night, in the same two forms; raises :class:`PublishError`."""
    _write_reports(paths, "nightly", report, text)


def _write_reports(paths: Paths, name: str, report: Mapping[str, Any], text: str) -> None:
    folder = paths.data / "reports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / f"{name}.json", _dump(report))
        write_atomically(folder / f"{name}.txt", text.encode())
    except OSError as error:
        message = f"{paths.name(folder)} can't be written ({error.strerror or error})"
        raise PublishError(message, fix="check the permissions of the folder and the space on the disk") from error


def _dump(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
