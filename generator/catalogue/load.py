"""Read content and data: the only module of the catalogue that touches the disk.

Everything that is wrong is collected, never only the first; whether it stops the command is decided by the caller.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from generator.catalogue.curated import build_curated, build_identity
from generator.catalogue.inputs import Baseline, Content, Editorial, Move, Passage, Reference, Request, Suppression
from generator.catalogue.moves import FILE as MOVES_FILE
from generator.catalogue.suppressions import FILE as SUPPRESSIONS_FILE
from generator.config import load_yaml
from generator.conflicts import find_conflict
from generator.errors import InvalidError
from generator.formats.damage import DAMAGED, report_damage
from generator.formats.events import parse_events
from generator.formats.ledger import Ledger
from generator.formats.ledger_file import parse_ledger, read_ledger
from generator.formats.links import find_dead, parse_links
from generator.formats.snapshot import parse_directory_file, parse_meta, parse_passkeys_file
from generator.formats.status import parse_times
from generator.identity import normalise_domain
from generator.problems import Problem
from generator.project import is_dropping
from generator.reading import read_content
from generator.validation.outline import check_outline
from generator.validation.schema import find_fault
from generator.yamlfile import MAX_BYTES, Document

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from generator.cache import Cache
    from generator.config import Paths
    from generator.model import Curated

T = TypeVar("T")

DIRECTORY_FILE = "2fa-directory.json"
PASSKEYS_FILE = "passkeys.json"
LEDGER_FILE = "ledger.json"
LINKS_FILE = "links.json"
SERVICES = "content/services"
TEXT_PAGES = ("methodology", "attribution")


# --- Content ----------------------------------------------------------------------------------------------------------


def load_content(paths: Paths, cache: Cache | None = None, guides: Collection[str] | None = None) -> Content:
    """Read everything under ``content/`` but the settings; where ``guides`` are named, only those curated files."""
    names = find_curated_files(paths) if guides is None else sorted(guides)
    problems = _find_clashes(names)
    curated: list[Curated] = []
    damaged: list[Curated] = []
    for name in names:
        file = load_curated(paths, name, cache)
        problems.extend(file.problems)
        if not any(problem.severity == "error" for problem in file.problems):
            curated.append(build_curated(file))
        elif guide := build_identity(file):
            damaged.append(guide)
    return Content(
        curated=tuple(curated),
        damaged=tuple(damaged),
        editorial=_load_editorial(paths, problems, cache),
        suppressions=_load_suppressions(paths, problems, cache),
        moves=load_moves(paths, problems, cache),
        problems=tuple(problems),
    )


def find_curated_files(paths: Paths) -> list[str]:
    """Return the files of ``content/services/`` in the order of their names, but for what editors leave there.

    Where something else has the folder's name, that is the one file, which is none that belongs there.
    """
    if not paths.services.is_dir():
        return [SERVICES] if os.path.lexists(paths.services) else []
    names = os.listdir(paths.services)  # noqa: PTH208 (to make a Path of each takes longer than to list them)
    return sorted(f"{SERVICES}/{name}" for name in names if not is_dropping(name))


def _find_clashes(names: Iterable[str]) -> list[Problem]:
    """Return a finding for each file whose name differs from another's in case only."""
    first: dict[str, str] = {}
    clashes = []
    for name in names:
        if (other := first.setdefault(name.casefold(), name)) != name:
            message = f"the name differs from that of {other} in case only: many systems take them for one file"
            fix = "keep the one that is named like the service's address, in small letters"
            clashes.append(Problem(path=name, rule="case-clash", message=message, fix=fix))
    return clashes


def load_curated(paths: Paths, name: str, cache: Cache | None = None) -> Document:
    """Read, parse and check one curated file."""
    if name.endswith(".yaml"):
        return load_yaml(paths, name, cache)
    message, fix = _refuse_name(paths.root, name)
    return Document(path=name, problems=(Problem(path=name, rule="file-name", message=message, fix=fix),))


def _refuse_name(root: Path, name: str) -> tuple[str, str]:
    """Return message and fix for what does not belong among the curated files."""
    if name == SERVICES:
        return "this must be a folder", "move it away, and make a folder for the curated files"
    if (root / name).is_dir():
        return "folders don't belong here", f"move its files up into {SERVICES}, or move it away"
    better = PurePosixPath(name).with_suffix(".yaml")
    is_free = better.suffix != better.name and not os.path.lexists(root / better)
    fix = f"rename it to {better.name}, or move it away" if is_free else "move it away"
    return "only files that end in .yaml belong here", fix


def _load_editorial(paths: Paths, problems: list[Problem], cache: Cache | None) -> Editorial:
    def read(name: str) -> Any:
        file = load_yaml(paths, f"content/{name}.yaml", cache)
        problems.extend(file.problems)
        return None if file.problems else file.value

    faq = read("faq") or []
    methods = read("methods") or {}
    requests = read("requests") or {}
    return Editorial(
        categories=read("categories") or {},
        regions=read("regions") or {},
        methods={method: _build_passage(raw, "intro") for method, raw in methods.items()},
        faq=tuple(_build_passage(raw, "answer") for raw in faq),
        requests={language: Request(**raw) for language, raw in requests.items()},
        pages={name: _load_text(paths, f"content/pages/{name}.md", problems) for name in TEXT_PAGES},
    )


def _build_passage(raw: Mapping[str, Any], key: str) -> Passage:
    return Passage(
        markdown=raw[key],
        question=raw.get("question"),
        sources=tuple(Reference(**source) for source in raw.get("sources", ())),
    )


def _load_suppressions(paths: Paths, problems: list[Problem], cache: Cache | None) -> tuple[Suppression, ...]:
    """Return the links that are left alone; a project without that file has none."""
    if not os.path.lexists(paths.root / SUPPRESSIONS_FILE):
        return ()
    file = load_yaml(paths, SUPPRESSIONS_FILE, cache)
    problems.extend(file.problems)
    places = (file.lines.get(f"{number}.url", (0, 0)) for number in itertools.count())
    return tuple(
        Suppression(**raw, line=line, column=column)
        for raw, (line, column) in zip(() if file.problems else file.value, places, strict=False)
    )


def load_moves(paths: Paths, problems: list[Problem] | None = None, cache: Cache | None = None) -> tuple[Move, ...]:
    """Return what editors know of services that left; a project without that file, or with one that is wrong, nothing.

    What is wrong is added to ``problems``.
    """
    if not os.path.lexists(paths.root / MOVES_FILE):
        return ()
    file = load_yaml(paths, MOVES_FILE, cache)
    if problems is not None:
        problems.extend(file.problems)
    moves = {} if file.problems else file.value
    return tuple(
        Move(old=normalise_domain(old), new=normalise_domain(new) if new else None, line=line, column=column)
        for old, new in moves.items()
        for line, column in (file.lines.get(old, (0, 0)),)
    )


def _load_text(paths: Paths, name: str, problems: list[Problem]) -> str:
    """Return the Markdown of a page; it begins with its heading."""
    data = read_content(paths.root, name, limit=MAX_BYTES)
    if isinstance(data, Problem):
        problems.append(data)
        return ""
    try:
        # White space around it and the kind of its line ends mean nothing.
        text = "\n".join(re.split(r"\r\n?|\n", data.decode("utf-8-sig").rstrip()))
    except UnicodeDecodeError:
        text = ""
    conflict = find_conflict(text, name)
    problems.extend([conflict] if conflict else check_outline(text, name))
    return text.lstrip()


# --- Data -------------------------------------------------------------------------------------------------------------


def load_baseline(paths: Paths, cache: Cache | None = None) -> Baseline:
    """Read the last good snapshots with ledger and history, or the embedded sample where none was ever fetched.

    A ledger that the cache has seen before is not checked again. Raises :class:`InvalidError` where a file of ``data/``
    is damaged.
    """
    sample = not (paths.data / DIRECTORY_FILE).exists()
    if sample and (paths.data / "2fa-directory.meta.json").exists():
        # Lost, not never fetched: the sample must not take the place of the real site.
        raise report_damage(paths.name(paths.data / DIRECTORY_FILE), "it is missing")
    folder = paths.sample if sample else paths.data
    if sample:
        _check_sample(paths, folder)
    stored = _find_stored_hash(folder / "2fa-directory.meta.json")
    directory = _load(paths, folder / DIRECTORY_FILE, lambda data: parse_directory_file(data, stored), None)
    if directory is None:
        raise report_damage(paths.name(folder / DIRECTORY_FILE), "it is missing")
    beside = _find_stored_hash(folder / "passkeys.meta.json")
    passkeys = _load(paths, folder / PASSKEYS_FILE, lambda data: parse_passkeys_file(data, beside), None)
    meta = _load(paths, folder / "2fa-directory.meta.json", parse_meta, None)
    ledger = _load(paths, folder / LEDGER_FILE, lambda data: _parse_ledger(data, directory, cache), None)
    if ledger is None and not sample:
        # Without it, published addresses would be lost, or given to others.
        raise report_damage(paths.name(folder / LEDGER_FILE), "it is missing")
    return Baseline(
        directory=directory,
        passkeys={} if passkeys is None else passkeys,
        has_passkeys=passkeys is not None,
        ledger=ledger or Ledger(),
        events=_load(paths, folder / "events.jsonl", parse_events, ()),
        dead_links=_load(paths, folder / LINKS_FILE, lambda data: find_dead(parse_links(data)), {}),
        times=_load(paths, folder / "status.json", parse_times, {}),
        first=meta.first if meta else None,
        gap=meta.gap if meta else None,
        changed=meta.changed if meta else None,
        sample=sample,
    )


def _find_stored_hash(path: Path) -> str | None:
    """Return the hash that the metadata of a snapshot name, or None; what is wrong with them is told elsewhere."""
    try:
        return str(json.loads(path.read_bytes())["stored_sha256"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _parse_ledger(data: bytes, directory: Mapping[str, Any], cache: Cache | None) -> Ledger:
    # To hold thousands of rows against their grammar takes longer than to build the pages of an edited guide.
    seen = data + "\n".join(directory).encode()
    if cache and cache.find("ledger", seen):
        return read_ledger(data)
    ledger = parse_ledger(data, listed=directory)
    if cache:
        cache.keep("ledger", seen, value=True)
    return ledger


def _load(paths: Paths, path: Path, parse: Callable[[bytes], T], default: T) -> T:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return default
    except OSError as error:
        raise report_damage(paths.name(path), error.strerror or str(error)) from error
    try:
        return parse(data)
    except DAMAGED as error:
        raise report_damage(paths.name(path), error) from error


def _check_sample(paths: Paths, folder: Path) -> None:
    """Hold the sample against the schemas that fetched records pass on their way in."""
    checks: dict[Path, Callable[[bytes], list[str]]] = {
        folder / DIRECTORY_FILE: lambda data: _find_faults("directory-record", json.loads(data)),
        folder / PASSKEYS_FILE: lambda data: _find_faults("passkeys-record", json.loads(data).items()),
    }
    none: list[str] = []
    problems = [
        Problem(path=paths.name(path), rule="sample", message=fault, fix="mend the record")
        for path, find in checks.items()
        for fault in _load(paths, path, find, none)
    ]
    if problems:
        message = "the embedded sample is invalid"
        raise InvalidError(message, problems=problems)


def _find_faults(schema: str, records: Iterable[tuple[str, Any]]) -> list[str]:
    return [f"{name}: {fault}" for name, record in records if (fault := find_fault(schema, record))]


def load_names(paths: Paths, name: str, cache: Cache | None = None) -> dict[str, str]:
    """Return a file of names (``categories``, ``regions``); empty where it is invalid, which a check reports."""
    file = load_yaml(paths, f"content/{name}.yaml", cache)
    return {} if file.problems else dict(file.value)
