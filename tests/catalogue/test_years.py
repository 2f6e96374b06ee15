"""Whatever becomes of services in years, each day can be built, and no address that was ever published is lost.

Random years of a few domains that all want the same slugs: they move, merge, return, are renamed and removed, are
added by editors and taken back by a rollback. Each day goes through the fetch and the planning of all pages, without
rendering them. What an address must lead to is told by the history alone, never by the ledger.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator.build.checks import find_lost_addresses
from generator.catalogue.belonging import find_unlisted
from generator.catalogue.inputs import Baseline, Editorial, Move
from generator.catalogue.load import load_content
from generator.catalogue.merge import merge
from generator.catalogue.moves import confirm
from generator.config import Paths, Settings, load_settings
from generator.formats.events import parse_events
from generator.formats.ledger import Ledger, Published
from generator.formats.ledger_file import dump_ledger, parse_ledger
from generator.formats.snapshot import parse_directory
from generator.model import DIRECTORY, Curated, DirectoryRecord
from generator.pages.context import Context, build_context
from generator.pages.plan import find_published, plan_site
from generator.pages.redirects import find_redirects
from generator.upstream.http import Response
from generator.upstream.parsed import Parsed
from generator.upstream.state import State
from generator.upstream.takeover import Run, take_over
from generator.upstream.undo import undo
from tests.helpers import make_project

#: Three labels, so that nearly all of them want another's slug.
DOMAINS = [
    *("desk.example", "desk.test", "desk.alpha.example", "desk.beta.example"),
    *("hub.example", "hub.beta.example", "hub.test", "all.example"),
]
FOLDERS = ("/2fa-directory/", "/share-2fa-for/")

Entries = dict[str, tuple[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory) -> tuple[Settings, Editorial]:
    """The settings and texts of the tiny project."""
    project = make_project(tmp_path_factory.mktemp("years"))
    return load_settings(project.root), load_content(Paths(root=project.root)).editorial


# --- What may happen in a day -----------------------------------------------------------------------------------------

domains = st.sampled_from(DOMAINS)
steps = st.one_of(
    st.tuples(st.just("add"), domains, st.sampled_from(["Desk", "Hub", "Third"]), st.sampled_from(["totp", "u2f"])),
    st.tuples(st.just("move"), domains, domains, st.booleans()),
    st.tuples(st.just("merge"), domains, domains),
    st.tuples(st.just("remove"), domains),
    st.tuples(st.just("rename"), domains, st.sampled_from(["Desk", "Hub"])),
    st.tuples(st.just("methods"), domains, st.sampled_from(["totp", "u2f"])),
    st.tuples(st.just("own"), domains),
    st.tuples(st.just("drop"), domains),
    st.tuples(st.just("settle"), domains, st.none() | domains),
    st.tuples(st.just("rollback")),
)
years = st.lists(st.lists(steps, min_size=1, max_size=4), min_size=1, max_size=20)


def make_entry(domain: str, name: str, method: str) -> tuple[str, dict[str, Any]]:
    return name, {"domain": domain, "keywords": ["other"], "tfa": [method]}


@dataclass
class Year:
    """What upstream and editors say on a day, what is kept, and what the history says of every address."""

    settings: Settings
    editorial: Editorial
    entries: Entries = field(default_factory=lambda: {"stays.example": make_entry("stays.example", "Stays", "totp")})
    guides: dict[str, Curated] = field(default_factory=dict)
    moves: dict[str, str | None] = field(default_factory=dict)
    state: State = field(default_factory=State)
    #: Path → the domain whose page was the last one there.
    last_owners: dict[str, str] = field(default_factory=dict)
    #: Domain → the path of the last page that it had.
    last_homes: dict[str, str] = field(default_factory=dict)
    published: set[str] = field(default_factory=set)
    has_rolled_back: bool = False

    def apply(self, step: tuple[Any, ...], day: str) -> None:
        """Take a step; one that is not possible changes nothing."""
        entries = self.entries
        match step:
            case "add", domain, name, method:
                entries[domain] = make_entry(domain, name, method)
            case "move", old, new, keeps_domain if old in entries and old != new:
                name, fields = entries.pop(old)
                more = {"additional-domains": [old]} if keeps_domain else {}
                entries[new] = (name, {**fields, "domain": new, **more})
            case "merge", old, new if old in entries and new in entries and old != new:
                del entries[old]
                entries[new][1]["additional-domains"] = [old]
            case "remove", domain:
                entries.pop(domain, None)
            case "rename", domain, name if domain in entries:
                entries[domain] = (name, entries[domain][1])
            case "methods", domain, method if domain in entries:
                entries[domain] = (entries[domain][0], {**entries[domain][1], "tfa": [method]})
            case "own", domain:
                path = f"content/services/{domain}.yaml"
                own = Curated(path=path, domain=domain, name="Own", categories=("other",), methods=("totp",))
                self.guides[domain] = own
            case "drop", domain:
                self.guides.pop(domain, None)
            case "settle", old, new if old != new:
                self.moves[old] = new
            case ("rollback",) if DIRECTORY in self.state.previous:
                self.state = undo(self.state, DIRECTORY, date=day)
                self.has_rolled_back = True
                self.plan()

    def fetch(self, day: str) -> None:
        """Take over what upstream says today."""
        run = Run(
            settings=self.settings,
            origin=None,
            date=day,
            now=f"{day}T02:00:00Z",
            dry_run=False,
            known_categories=frozenset(),
            find_published=self._find_published,
            moves=self.moves,
        )
        records = {domain: (name, dict(fields)) for domain, (name, fields) in self.entries.items()}
        response = Response(body=day.encode(), address="https://first.example/")
        _, self.state = take_over(run, self.state, DIRECTORY, Parsed(records=records, count=len(records)), response)

    def plan(self) -> None:
        """Plan the site of the day, and hold every address against the history."""
        snapshot = self.state.snapshots.get(DIRECTORY)
        if snapshot is None:
            return
        context = self._build_context(parse_directory(snapshot.records.values()), self.state.ledger)
        pages = plan_site(context).pages
        assert parse_ledger(dump_ledger(self.state.ledger)) == self.state.ledger
        assert find_lost_addresses(context.catalogue.baseline.ledger, pages) == []
        self.published |= {path for path in pages if path.startswith(FOLDERS)}
        assert self.published <= pages.keys()
        redirects = {redirect.path: redirect.target for redirect in find_redirects(context)}
        for claim in context.catalogue.claims:
            path = f"/2fa-directory/{claim.slug}/"
            assert redirects.get(path, path) == f"/2fa-directory/{context.everyone[claim.target].slug}/", claim
        assert len(redirects) == len(find_redirects(context))
        assert redirects.keys().isdisjoint(redirects.values()), "each leads straight to its end"
        assert pages.keys() >= set(redirects.values())
        self._check_owners(context, redirects)

    def _check_owners(self, context: Context, redirects: Mapping[str, str]) -> None:
        own = {f"/2fa-directory/{summary.slug}/": domain for domain, summary in context.everyone.items()}
        assert len(own) == len(context.everyone)
        self.last_owners |= own
        self.last_homes |= {domain: path for path, domain in own.items()}
        if self.has_rolled_back:
            return  # then the history no longer tells all
        successors = self._read_history()
        homes = {domain: path for path, domain in own.items()}
        for path, target in redirects.items():
            if path.startswith("/2fa-directory/"):
                assert target == self._follow(path, successors, homes), path

    def _follow(self, path: str, successors: Mapping[str, str], homes: Mapping[str, str]) -> str | None:
        """Return the page of the service that was at the path last, where it is today."""
        for _ in range(20):
            domain = self.last_owners[path]
            while domain not in homes and domain in successors:
                domain = successors[domain]
            if domain in homes:
                return homes[domain]
            # It was removed, and its own address is another's by now.
            path = self.last_homes[domain]
        return None

    def _read_history(self) -> dict[str, str]:
        """Return domain → the one that it became, as the events tell it."""
        successors: dict[str, str] = {}
        for event in parse_events(self.state.events):
            match event.type:
                case "moved":
                    successors[event.details["old_domain"]] = event.domain
                    successors.pop(event.domain, None)
                case "merged":
                    successors[event.domain] = event.details["into"]
                case "added" | "removed":
                    successors.pop(event.domain, None)
        return successors

    def _find_published(
        self, directory: Mapping[str, DirectoryRecord], _passkeys: object, ledger: Ledger, years: frozenset[str]
    ) -> Published:
        return find_published(self._build_context(directory, ledger, is_confirmed=True), years)

    def _build_context(
        self, directory: Mapping[str, DirectoryRecord], ledger: Ledger, *, is_confirmed: bool = False
    ) -> Context:
        baseline = Baseline(directory=directory, ledger=ledger, events=parse_events(self.state.events))
        if not is_confirmed:
            baseline = confirm(baseline, [Move(old=old, new=new) for old, new in self.moves.items()])
        catalogue = merge(baseline, find_unlisted(self.guides.values(), baseline).usable)
        return build_context(catalogue, self.editorial, self.settings, {})


def list_days() -> Iterator[str]:
    first = date(2026, 1, 1)
    return ((first + timedelta(days=count)).isoformat() for count in itertools.count())


#: What happened upstream on 2025-01-23, with other names: a service that keeps its slug moves on.
MOVED_TWICE = [
    [("add", "desk.alpha.example", "Desk", "totp")],
    [("move", "desk.alpha.example", "desk.example", False)],
    [("move", "desk.example", "hub.beta.example", False)],
]


@pytest.mark.thorough
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(days=MOVED_TWICE)
@example(days=[*MOVED_TWICE, [("add", "desk.alpha.example", "Desk", "totp")], [("remove", "desk.alpha.example")]])
# Both rows of the slug once had a share page, which no longer applies.
@example(days=[*MOVED_TWICE[:2], [("methods", "desk.example", "u2f")]])
# The heir is removed, then the first owner returns, then the heir as well.
@example(
    days=[
        *MOVED_TWICE[:2],
        [("remove", "desk.example")],
        [("add", "desk.alpha.example", "Hub", "totp")],
        [("add", "desk.example", "Third", "totp")],
    ]
)
# Editors add both services that once shared a slug.
@example(days=[*MOVED_TWICE, [("own", "desk.alpha.example"), ("own", "desk.example")], [("drop", "desk.example")]])
@example(days=[*MOVED_TWICE[:2], [("rollback",)], [("remove", "desk.alpha.example")]])
# A rollback and a removal on one day: the successor left before the one that it leads back to.
@example(days=[*MOVED_TWICE[:2], [("rollback",), ("remove", "desk.example")]])
# The first owner returns, so that its heir gets another address; that one is kept when the return is taken back.
@example(
    days=[
        *MOVED_TWICE[:2],
        [("add", "desk.alpha.example", "Hub", "totp")],
        [("rollback",), ("remove", "desk.alpha.example")],
        [("add", "hub.test", "Third", "totp")],
    ]
)
# Another service had become one that is removed, and whose own address has passed to a third.
@example(
    days=[
        [("add", "hub.example", "Desk", "totp")],
        [("move", "hub.example", "desk.alpha.example", False)],
        [("move", "desk.alpha.example", "desk.example", False)],
        [("add", "desk.alpha.example", "Hub", "totp")],
        [("remove", "desk.example")],
        [("remove", "desk.alpha.example")],
    ]
)
@given(days=years)
def test_no_day_of_a_year_loses_an_address(surroundings, days):
    year = Year(*surroundings)
    for day, taken in zip(list_days(), days, strict=False):
        for step in taken:
            year.apply(step, day)
        # What editors have written shows at once, before the ledger knows it.
        year.plan()
        year.fetch(day)
        year.plan()
