"""A whole night: fetch, build and report, as the command does it, from a real server to the site."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from generator import cli
from generator.lock import hold_lock
from tests.helpers import CHECKOUT, ENTRIES, PASSKEYS, make_entry, read_tree, run_process, stamp_tree
from tests.marks import mark_thorough

#: What a night with nothing new may rewrite, besides what is disposable.
QUIET = {
    "data/status.json",
    "data/reports/latest.json",
    "data/reports/latest.txt",
    "data/reports/nightly.json",
    "data/reports/nightly.txt",
    "site/api/v1/status.json",
}


class Upstream:
    """Both sources on one server, each under its path."""

    def __init__(self, server, answer):
        self.server, self.answer = server, answer
        self.entries = [list(entry) for entry in copy.deepcopy(list(ENTRIES.values()))]
        self.passkeys = copy.deepcopy(PASSKEYS)

    def serve(self, **broken):
        """Serve both as they are now; ``directory`` and ``passkeys`` may be answers that take their place."""
        directory = broken.get("directory") or self.answer(body=json.dumps(self.entries).encode())
        passkeys = broken.get("passkeys") or self.answer(body=json.dumps(self.passkeys).encode())
        self.server.answers = [directory, passkeys]


@pytest.fixture
def upstream(tiny, server, answer):
    sources = tiny.read("content/sources.yaml")
    for name in ("2fa-directory", "passkeys"):
        sources = sources.replace(f"{name}:\n", f"{name}:\n  address: {server.address}\n")
    tiny.write("content/sources.yaml", sources)
    return Upstream(server, answer)


@pytest.fixture
def started(tiny, upstream):
    """A project after its first night."""
    upstream.serve()
    outcome = tiny.run("nightly", "--date", "2026-03-01")
    assert outcome.code == 0, outcome.out + outcome.err
    return tiny


def find_written(project, before):
    after = stamp_tree(project.root)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return {name for name in changed if not name.startswith((".twofa/", ".site."))}


def night(project, upstream, day, *arguments, **broken):
    """Run a night at a time of its own: two of them may come within a second of the clock."""
    upstream.serve(**broken)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "find_moment", lambda: f"{day}T02:00:00+00:00")
        return project.run("nightly", "--date", day, *arguments)


def test_a_night_with_nothing_new(started, upstream):
    before = stamp_tree(started.root)
    outcome = night(started, upstream, "2026-03-02")
    assert outcome.code == 0
    assert outcome.out.startswith("2026-03-02: nothing new\n")
    assert "2fa-directory: unchanged, 6 records" in outcome.out
    assert find_written(started, before) == QUIET
    assert started.read("data/reports/nightly.txt") == outcome.out


@pytest.mark.thorough
def test_a_night_that_is_new_in_small_things_alone(started, upstream):
    upstream.passkeys["bravo.example"] = {"passwordless": "allowed"}
    outcome = night(started, upstream, "2026-03-02")
    assert outcome.code == 0
    assert outcome.out.startswith("2026-03-02: passkeys updated\n")
    upstream.entries[0][1]["documentation"] = "https://alpha.example/new-help"
    assert night(started, upstream, "2026-03-03").out.startswith("2026-03-03: 2fa-directory updated\n")


def test_a_night_with_changes(started, upstream):
    upstream.entries[5] = ["Foxtrot", {"domain": "foxtrot.example", "keywords": ["other"], "tfa": ["totp", "sms"]}]
    upstream.entries.append(list(make_entry("golf.example", "email", name="Golf")))
    outcome = night(started, upstream, "2026-03-02", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    report = outcome.json
    assert report["subject"] == "2026-03-02: 1 added, 1 with new methods"
    assert report == json.loads(started.read("data/reports/nightly.json"))
    built = report["steps"]["build"]["report"]
    assert built["rendered"] > 0
    assert built["changes"]["new"] == 2  # the page of the newcomer, and the first page of a year's changes
    assert built["changes"]["changed"] > 2
    assert built["changes"]["removed"] == 0
    text = started.read("data/reports/nightly.txt")
    subject, blank, *lines = text.splitlines()
    assert (subject, blank) == (report["subject"], "")
    assert any("Golf was added" in line for line in lines)
    assert any("Foxtrot now also supports SMS" in line for line in lines)
    assert "Golf" in started.read("site/2fa-directory/golf/index.html")


@pytest.mark.thorough
def test_one_service_that_changes_is_one_page_and_the_lists_that_show_it(started, upstream):
    night(started, upstream, "2026-03-02")
    before = stamp_tree(started.root)
    upstream.entries[0][1]["documentation"] = "https://alpha.example/new-help"
    assert night(started, upstream, "2026-03-03").code == 0
    pages = {name for name in find_written(started, before) if name.endswith(".html")}
    assert "site/2fa-directory/alpha/index.html" in pages
    assert not any(f"/{other}/" in page for page in pages for other in ("bravo", "charlie", "delta", "echo", "foxtrot"))


@pytest.mark.parametrize(
    ("status", "body", "code", "words"),
    mark_thorough(
        [
            (200, b"<p>", 4, "HTML, not JSON"),
            (200, b"[]", 4, "the file has no entries"),
            (404, b"", 4, "status 404"),
        ]
    ),
)
def test_refused(started, upstream, answer, status, body, code, words):
    before = stamp_tree(started.root)
    started.write_curated("alpha", "domain: alpha.example\naliases: [Al]\n")
    outcome = night(started, upstream, "2026-03-02", directory=answer(status=status, body=body))
    assert outcome.code == code
    assert outcome.out.startswith("2026-03-02: fetch failed\n")
    assert words in outcome.out
    written = find_written(started, before)
    assert not any(name.startswith("data/2fa") or name in {"data/ledger.json", "data/events.jsonl"} for name in written)
    # The other source and the editors' work go out all the same.
    assert "passkeys: unchanged" in outcome.out
    assert "Al" in json.loads(started.read("site/search.json"))[0][2]


@pytest.mark.thorough
def test_accepted(started, upstream):
    upstream.entries = [list(make_entry(f"more{number}.example", "totp")) for number in range(60)]
    assert night(started, upstream, "2026-03-02").code == 0
    upstream.entries = upstream.entries[:10]
    outcome = night(started, upstream, "2026-03-03", "--json")
    assert outcome.code == 4
    sha256 = outcome.json["steps"]["fetch"]["report"]["sources"]["2fa-directory"]["sha256"]
    outcome = night(started, upstream, "2026-03-03", "--accept", sha256)
    assert outcome.code == 0
    assert outcome.out.startswith("2026-03-03: 50 removed\n")


def test_unreachable(started, upstream):
    upstream.server.close()
    before = stamp_tree(started.root)
    outcome = run_process("--root", started.root, "nightly", "--date", "2026-03-02", "--give-up-after", "1")
    assert outcome.code == 3
    assert "2fa-directory: unreachable" in outcome.out
    assert find_written(started, before) == {name for name in QUIET if name.startswith("data/reports/")}


def test_content_with_an_error(started, upstream):
    upstream.entries.append(list(make_entry("golf.example", "email", name="Golf")))
    started.write_curated("alpha", "domain: alpha.example\ncolour: red\n")
    before = read_tree(started.site)
    outcome = night(started, upstream, "2026-03-02")
    assert outcome.code == 5
    assert outcome.out.startswith("2026-03-02: build failed; 1 added\n")
    assert "colour" in outcome.out
    assert read_tree(started.site) == before
    # The data was taken over all the same; the next night builds it.
    started.write_curated("alpha", "domain: alpha.example\n")
    assert night(started, upstream, "2026-03-03").code == 0
    assert (started.site / "2fa-directory/golf/index.html").exists()


def test_damaged_data(started, upstream):
    started.write("data/ledger.json", "{")
    outcome = night(started, upstream, "2026-03-02")
    assert outcome.code == 5
    assert "data/ledger.json is damaged" in outcome.out
    assert "fetch and build failed" in outcome.out


def test_one_night_at_a_time(started, upstream):
    before = stamp_tree(started.root)
    with hold_lock(started.root / ".twofa" / "nightly.lock", "nightly run"):
        outcome = night(started, upstream, "2026-03-02")
    assert outcome.code == 75
    assert "another nightly run is running" in outcome.err
    assert find_written(started, before) == set()


@pytest.mark.parametrize(("step", "lock"), mark_thorough([("fetch", ".twofa/fetch.lock"), ("build", ".site.lock")]))
def test_a_step_that_is_busy(started, upstream, step, lock):
    with hold_lock(started.root / lock, "work"):
        outcome = night(started, upstream, "2026-03-02")
    assert outcome.code == 75
    assert f"{step} failed with exit code 75" in outcome.out


@pytest.mark.parametrize("option", ["--out", "--publish"])
def test_a_place_where_no_site_may_be(started, upstream, option):
    before, asked = stamp_tree(started.root), len(upstream.server.requests)
    for place in ("content/new", "content", ".twofa"):
        outcome = night(started, upstream, "2026-03-02", option, started.root / place)
        assert (outcome.code, outcome.out) == (2, "")
        assert "would overwrite what is not its own → name a folder beside the project" in outcome.err
    assert stamp_tree(started.root) == before
    assert len(upstream.server.requests) == asked


@pytest.mark.thorough
def test_a_remote_that_nobody_can_ask_for_does_not_stop_the_night(started, upstream, monkeypatch):
    monkeypatch.setenv("RCLONE", "/nowhere/rclone")
    outcome = night(started, upstream, "2026-03-02", "--publish", "web:bucket")
    assert outcome.code == 6
    assert "2fa-directory: unchanged, 6 records" in outcome.out
    assert "RCLONE=/nowhere/rclone is no program" in outcome.out


def test_no_project(tmp_path):
    outcome = run_process("--root", tmp_path, "nightly", cwd=Path(CHECKOUT))
    assert outcome.code == 2
    assert list(tmp_path.iterdir()) == []
