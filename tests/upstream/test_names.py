"""Names that upstream may send and no folder can have: the site is built with them, or the file is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from generator import identity
from tests.helpers import ENTRIES, Outcome, make_entry, read_tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.helpers import Entry, Project

EMOJI, CHINESE = "\U0001f512" * 32, "漢" * 43


def fetch(project: Project, entries: Iterable[Entry], day: str = "2026-03-01", *arguments: str) -> Outcome:
    served = project.write("served.json", json.dumps([*ENTRIES.values(), *entries]))
    return project.run("fetch", "--from", served, "--date", day, *arguments)


def with_categories(*names: str) -> Entry:
    return make_entry("new.example", "totp", keywords=list(names))


def with_methods(*names: str) -> Entry:
    return make_entry("new.example", *names)


def find_longest(project: Project) -> int:
    return max(len(part.encode()) for name in read_tree(project.site) for part in name.split("/"))


@pytest.mark.parametrize(
    "name",
    [EMOJI, CHINESE, "ﷺ" * 50, "㎯" * 50, "con", "LPT1"],
    ids=["emoji", "chinese", "ligatures", "units", "device", "port"],
)
@pytest.mark.parametrize("make", [with_categories, with_methods])
def test_the_site_is_built_with_any_name(tiny, make, name):
    assert fetch(tiny, []).code == 0
    outcome = fetch(tiny, [make(name)], "2026-03-02")
    assert outcome.code == 0, outcome.out
    built = tiny.build()
    assert built.code == 0, built.err
    assert find_longest(tiny) <= 255
    assert "Other" in tiny.read("site/2fa-directory/new/index.html") or make is with_categories
    # The list stays when the name has left, and is not lost when the refresh is taken back.
    assert fetch(tiny, [], "2026-03-03").code == 0
    assert tiny.build().code == 0
    assert tiny.run("fetch", "--rollback", "--date", "2026-03-04").code == 0
    assert tiny.build().code == 0
    assert [problem for problem in tiny.check() if problem["severity"] == "error"] == []


def test_the_site_is_built_with_any_domain(tiny):
    long = ".".join(["a-" * 31 + "z"] * 3 + ["a-" * 27 + "z", "org"])
    domain = f"new.{long}"[-253:].lstrip("-.")
    short, dashed = domain.split(".")[0], domain.replace(".", "-")
    entries = [make_entry(f"{label}.example", "totp") for label in (short, dashed[:63].rstrip("-"))]
    assert fetch(tiny, entries).code == 0
    outcome = fetch(tiny, [*entries, make_entry(domain, "totp")], "2026-03-02")
    assert outcome.code == 0, outcome.out
    assert tiny.build().code == 0
    assert find_longest(tiny) <= 100


def test_no_address_enters_the_ledger_that_can_not_be_written(tiny, monkeypatch):
    """Should a rule for names be wrong again: what a fetch would publish is looked at before it is kept."""
    assert fetch(tiny, []).code == 0
    before = read_tree(tiny.data)
    monkeypatch.setattr(identity, "_shorten", lambda slug: slug)
    outcome = fetch(tiny, [with_categories("字" * 43)], "2026-03-02")
    assert outcome.code == 4
    assert "the site could not be built with this file" in outcome.out
    after = read_tree(tiny.data)
    assert {name for name in after if before.get(name) != after[name]} == {"reports/latest.json", "reports/latest.txt"}
    assert tiny.build().code == 0


# --- Many names at once -----------------------------------------------------------------------------------------------

NAMES = [f"new-{number}" for number in range(1, 10)]


@pytest.mark.parametrize("make", [with_categories, with_methods])
@pytest.mark.parametrize("is_first", [True, False])
def test_many_unknown_names_are_refused(tiny, make, is_first):
    if is_first:
        tiny.forget_snapshot()
    else:
        assert fetch(tiny, []).code == 0
    before = {name: data for name, data in read_tree(tiny.data).items() if not name.startswith("reports/")}
    outcome = fetch(tiny, [make(*NAMES)], "2026-03-02", "--json")
    assert outcome.code == 4
    source = outcome.json["sources"]["2fa-directory"]
    assert "9 categories or methods are new and have no name here (the " in source["reason"]
    after = {name: data for name, data in read_tree(tiny.data).items() if not name.startswith("reports/")}
    assert after == before
    assert fetch(tiny, [make(*NAMES)], "2026-03-02", "--accept", source["sha256"]).code == 0
    assert tiny.build().code == 0


@pytest.mark.parametrize("make", [with_categories, with_methods])
def test_a_few_are_shown(tiny, make):
    assert fetch(tiny, []).code == 0
    assert fetch(tiny, [make(*NAMES[:8])], "2026-03-02").code == 0
    assert tiny.build().code == 0
    kind = "category" if make is with_categories else "method"
    assert all((tiny.site / f"2fa-directory/{kind}/{name}/index.html").is_file() for name in NAMES[:8])
    # Those that are there already do not count again.
    assert fetch(tiny, [make(*NAMES)], "2026-03-03").code == 0


def test_categories_and_methods_count_together(tiny):
    assert fetch(tiny, []).code == 0
    entry = make_entry("new.example", *NAMES[:5], keywords=NAMES[5:])
    assert fetch(tiny, [entry], "2026-03-02").code == 4


def test_what_is_named_does_not_count_and_the_limit_is_a_setting(tiny):
    assert fetch(tiny, []).code == 0
    tiny.write("content/categories.yaml", tiny.read("content/categories.yaml") + "new-1: New\n")
    assert fetch(tiny, [with_categories(*NAMES)], "2026-03-02", "--dry-run").code == 0
    tiny.write("content/site.yaml", tiny.read("content/site.yaml") + "limits: {refresh: {unknown_names: 7}}\n")
    assert fetch(tiny, [with_categories(*NAMES)], "2026-03-02").code == 4


def test_a_damaged_record_brings_no_names_past_the_limit(tiny):
    """Its categories are kept, as what is left of it."""
    assert fetch(tiny, []).code == 0
    name, fields = make_entry("bad.example", "totp", keywords=NAMES)
    limits = "limits: {bad_records_percent: 50, refresh: {unknown_names: 8}}\n"
    tiny.write("content/site.yaml", tiny.read("content/site.yaml") + limits)
    outcome = fetch(tiny, [(name, {**fields, "tfa": 5})], "2026-03-02")
    assert outcome.code == 4
    assert "at most 8 may come at once" in outcome.out
