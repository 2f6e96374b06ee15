"""What many tests share: a whole tiny project in a temporary folder, and the command line in this process.

The services are made up and live on domains that are reserved for examples. Every file can be replaced.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.cli import main
from generator.formats.events import dump_events
from generator.formats.ledger import Gone, Ledger, Row
from generator.formats.ledger_file import dump_ledger
from generator.formats.links import Link, dump_links
from generator.formats.snapshot import SnapshotMeta, dump_directory, dump_meta, dump_passkeys
from generator.identity import assign_slugs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.model import Event

CHECKOUT = Path(__file__).resolve().parents[1]

#: The day of every test, and the day of the first snapshot.
TODAY = "2026-03-01"
FIRST_DAY = "2026-01-05"

Entry = tuple[str, dict[str, Any]]

# --- A tiny world -----------------------------------------------------------------------------------------------------

SITE = """\
title: Tiny directory
base_url: https://tiny.example
description: A directory for tests.
publisher:
  name: Tester
product:
  name: Sharer
  pitch: Sharer shares codes.
  totp:
    steps: ["Add the seed of {service}."]
    teammates: ["Sees the code of {service}."]
    enrolment: Two minutes.
  sms:
    steps: ["Point {service} to the inbox."]
    teammates: ["Reads the messages of {service}."]
  call_to_action: Share {service} codes
repository: https://git.example.com/tiny
"""

SOURCES = """\
2fa-directory:
  name: First Source
  in_text: the First Source
  homepage: https://first.example/
  licence: {name: MIT, url: "https://first.example/licence"}
  credit: "Data from [First Source](https://first.example/)"
  notices: [{title: A notice, text: "Word for word."}]
passkeys:
  name: Second Source
  in_text: the Second Source
  homepage: https://second.example/
  licence: {name: CC BY 4.0, url: "https://second.example/licence"}
  credit: "Data from [Second Source](https://second.example/)"
sample:
  name: Tiny sample
  in_text: the tiny sample
  licence: {name: CC0, url: null}
  credit: Made up for tests
"""

CATEGORIES = """\
banking: Banking
cloud: Cloud services
other: Other
travel: Travel
"""

REGIONS = """\
"de": Germany
"fr": France
"no": Norway
"us": United States
"""

METHODS = """\
totp:
  intro: A code from an app.
  sources: [{title: A standard, url: "https://standard.example/"}]
sms:
  intro: A code in a message.
"""

FAQ = """\
- question: What is 2FA?
  answer: A second proof. See [how we decide](/methodology/).
  sources: [{title: An agency, url: "https://agency.example/"}]
"""

REQUESTS = """\
en: {subject: Please offer 2FA, message: "Please offer 2FA at {name}."}
de: {subject: Bitte 2FA, message: "Bitte bieten Sie bei {name} 2FA an."}
"""

_ANCHORS = ("sources", "verdict", "methods", "strength", "setup", "sharing", "readiness", "verification", "regions")

METHODOLOGY = "# How we decide\n" + "".join(f"\n## On {name} {{#{name}}}\n\nBy rules.\n" for name in _ANCHORS)

ATTRIBUTION = "# Attribution\n\nWhere the data comes from.\n"

_TINY: tuple[Entry, ...] = (
    (
        "Alpha",
        {
            "domain": "alpha.example",
            "keywords": ["cloud"],
            "tfa": ["sms", "totp", "u2f"],
            "documentation": "https://alpha.example/help",
            "recovery": "https://alpha.example/lost",
        },
    ),
    (
        "Bravo",
        {
            "domain": "bravo.example",
            "keywords": ["cloud"],
            "regions": ["us"],
            "contact": {"twitter": "bravo", "email": "help@bravo.example", "language": "de"},
        },
    ),
    (
        "Charlie [DE]",
        {
            "domain": "charlie.example",
            "keywords": ["banking"],
            "tfa": ["call", "sms"],
            "regions": ["-de"],
            "notes": "Only for merchants.",
        },
    ),
    (
        "Delta &amp; Søn",
        {
            "domain": "delta.example",
            "keywords": ["banking", "travel"],
            "tfa": ["custom-hardware", "custom-software", "email"],
            "custom-software": ["Delta App"],
            "custom-hardware": ["Delta Token"],
            "additional-domains": ["delta.example.org"],
            "regions": ["no"],
        },
    ),
    ("Echo", {"domain": "echo.example", "keywords": ["other"], "contact": {"form": "https://echo.example/form"}}),
    (
        "Foxtrot",
        {"domain": "foxtrot.example", "keywords": ["other"], "tfa": ["totp"], "url": "https://login.example.com/"},
    ),
)

#: The services of the tiny world, by domain: strong, without 2FA, weak only, custom ones, a passkey alone.
ENTRIES: dict[str, Entry] = {str(fields["domain"]): (name, fields) for name, fields in _TINY}

PASSKEYS: dict[str, dict[str, Any]] = {
    "alpha.example": {"mfa": "allowed"},
    "delta.example.org": {"passwordless": "allowed", "notes": "On phones."},
    "echo.example": {"passwordless": "required", "documentation": "https://echo.example/passkeys"},
    "foxtrot.example": {"mfa": "allowed"},
}


def make_entry(domain: str, *methods: str, name: str | None = None, **more: Any) -> Entry:
    """Return an entry of the 2FA Directory; keys with underscores stand for those with dashes."""
    fields: dict[str, Any] = {"domain": domain, "keywords": ["other"]}
    fields |= {"tfa": list(methods)} if methods else {"contact": {"twitter": "example"}}
    fields |= {key.replace("_", "-"): value for key, value in more.items()}
    return name or domain.split(".", maxsplit=1)[0].title(), fields


# --- The command line -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command returned and printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def run_cli(*arguments: str | Path) -> Outcome:
    """Run ``twofa`` in this process; a usage error of argparse gives its exit code like any other."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
    return Outcome(code=code, out=out.getvalue(), err=err.getvalue())


def run_process(
    *arguments: str | Path, env: Mapping[str, str] | None = None, script: str | None = None, cwd: Path | None = None
) -> Outcome:
    """Run ``twofa`` in a process of its own; ``script`` is Python that runs before it, with ``main`` imported."""
    start = ["-m", "generator"]
    if script is not None:
        start = ["-c", f"import sys\nfrom generator.cli import main\n{script}\nsys.exit(main(sys.argv[1:]))"]
    done = subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), **(env or {})},
        cwd=cwd or CHECKOUT,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
        check=False,
    )
    return Outcome(code=done.returncode, out=done.stdout, err=done.stderr)


# --- A project --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A whole project folder: ``content/``, ``data/``, ``templates/``."""

    root: Path

    @property
    def content(self) -> Path:
        """The folder that people write."""
        return self.root / "content"

    @property
    def data(self) -> Path:
        """The folder that the nightly job writes."""
        return self.root / "data"

    @property
    def site(self) -> Path:
        """The output where no other is named."""
        return self.root / "site"

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file below the root, folders included."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, name: str) -> str:
        """Return the text of a file below the root."""
        return (self.root / name).read_text("utf-8")

    def write_curated(self, slug: str, content: str | bytes) -> Path:
        """Write ``content/services/SLUG.yaml``."""
        return self.write(f"content/services/{slug}.yaml", content)

    def write_snapshot(
        self,
        entries: Iterable[Entry],
        passkeys: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        first: str = FIRST_DAY,
        changed: str = FIRST_DAY,
    ) -> None:
        """Write the real snapshots; without ``passkeys`` those were never fetched."""
        _write_pair(self, "2fa-directory", dump_directory(entries), first, changed)
        for path in self.data.glob("passkeys.*"):
            path.unlink()
        if passkeys is not None:
            _write_pair(self, "passkeys", dump_passkeys(passkeys), first, changed)

    def write_sample(self, entries: Iterable[Entry], passkeys: Mapping[str, Mapping[str, Any]]) -> None:
        """Write the embedded sample."""
        self.write("data/sample/2fa-directory.json", dump_directory(entries))
        self.write("data/sample/passkeys.json", dump_passkeys(passkeys))

    def write_ledger(self, rows: Mapping[str, Row], addresses: Iterable[str] = (), *, sample: bool = False) -> None:
        """Write the ledger: domain → row, and the addresses that belong to no service."""
        ledger = Ledger(services=rows, addresses=frozenset(addresses))
        self.write(f"data/{'sample/' if sample else ''}ledger.json", dump_ledger(ledger))

    def write_dead_links(self, dead: Mapping[str, str]) -> None:
        """Write what is known of outside links: address → day since when it is dead."""
        links = {url: Link(state="dead", asked=day, status=404, failures=(day, day, day)) for url, day in dead.items()}
        self.write("data/links.json", dump_links(links))

    def write_events(self, events: Iterable[Event]) -> None:
        """Write the history, oldest first."""
        self.write("data/events.jsonl", dump_events(events))

    def forget_snapshot(self) -> None:
        """Remove everything that was ever fetched, so that the sample counts."""
        for path in self.data.iterdir():
            if path.is_file():
                path.unlink()

    def run(self, *arguments: str | Path) -> Outcome:
        """Run a command on this project, in this process."""
        return run_cli("--root", self.root, *arguments)

    def check(self, *paths: str | Path, today: str = TODAY) -> list[dict[str, Any]]:
        """Return the problems of ``twofa check --json``; its exit code must fit them and nothing may be on stderr."""
        outcome = self.run("check", "--json", "--date", today, *paths)
        assert outcome.err == ""
        assert set(outcome.json) == {"problems"}
        problems: list[dict[str, Any]] = outcome.json["problems"]
        assert outcome.code == (5 if any(problem["severity"] == "error" for problem in problems) else 0)
        return problems

    def build(self, *arguments: str | Path, today: str = TODAY) -> Outcome:
        """Build the site."""
        return self.run("build", "--date", today, *arguments)


def _write_pair(project: Project, source: str, content: bytes, first: str, changed: str) -> None:
    digest = hashlib.sha256(content).hexdigest()
    meta = SnapshotMeta(
        source=source,
        address=f"https://{source}.example/all.json",
        sha256=digest,
        stored_sha256=digest,
        fetched=f"{changed}T02:00:00Z",
        first=first,
        changed=changed,
    )
    project.write(f"data/{source}.json", content)
    project.write(f"data/{source}.meta.json", dump_meta(meta))


def make_rows(domains: Iterable[str], **gone: Gone) -> dict[str, Row]:
    """Return ledger rows with the slugs that the domains get; ``gone`` by slug, for domains that left."""
    slugs = assign_slugs({}, domains)
    return {domain: Row(slug=slug, since=FIRST_DAY, gone=gone.get(slug)) for domain, slug in sorted(slugs.items())}


def make_project(root: Path) -> Project:
    """Write a whole small valid project with a real snapshot, a sample of one service, and a copy of the templates."""
    project = Project(root=root)
    for name, text in (
        ("site", SITE),
        ("sources", SOURCES),
        ("categories", CATEGORIES),
        ("regions", REGIONS),
        ("methods", METHODS),
        ("faq", FAQ),
        ("requests", REQUESTS),
    ):
        project.write(f"content/{name}.yaml", text)
    project.write("content/pages/methodology.md", METHODOLOGY)
    project.write("content/pages/attribution.md", ATTRIBUTION)
    (project.content / "services").mkdir()
    project.write_snapshot(copy.deepcopy(list(ENTRIES.values())), copy.deepcopy(PASSKEYS))
    project.write_ledger(make_rows(ENTRIES), ["/", "/faq/", "/2fa-directory/"])
    project.write_sample([make_entry("sample.example", "totp")], {})
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    return project


# --- Looking at folders and time --------------------------------------------------------------------------------------


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Assert that the block takes less than so many seconds."""
    started = time.monotonic()
    yield
    taken = time.monotonic() - started
    assert taken < seconds, f"took {taken:.1f} s"


def read_tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, relative name → bytes; empty where there is no folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def stamp_tree(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Return every file below a folder with its bytes, time of change and inode: equal only where nothing wrote."""
    return {
        name: (data, (folder / name).stat().st_mtime_ns, (folder / name).stat().st_ino)
        for name, data in read_tree(folder).items()
    }
