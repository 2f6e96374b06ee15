"""``twofa links`` as a whole: what it asks, keeps and says, from run to run and from day to day."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from generator.lock import hold_lock
from tests.editors.links.servers import Host, Page, serve_raw
from tests.helpers import CHECKOUT, Outcome, Project, make_entry, make_rows, within
from tests.marks import mark_thorough

if TYPE_CHECKING:
    from collections.abc import Iterable

#: In a process of its own: no name is known, and the file is written often.
ALONE = """
import socket
import generator.editors.links.record as record
record.PACE = 0.05
look_up = socket.getaddrinfo
def answer(host, *rest, **more):
    if host.endswith(".example"):
        raise socket.gaierror(socket.EAI_AGAIN, "no network")
    return look_up(host, *rest, **more)
socket.getaddrinfo = answer
"""


@pytest.fixture
def project(tiny: Project, names) -> Project:
    """A project without any links of its own but those of its sources, whose names nobody can look up."""
    names |= dict.fromkeys(("first.example", "second.example", "agency.example", "standard.example"), socket.EAI_AGAIN)
    return tiny


def write_records(project: Project, urls: Iterable[str]) -> None:
    """Write a record with documentation for each of the links: a.example, b.example, …"""
    entries = [make_entry(f"{chr(97 + at)}.example", "totp", documentation=url) for at, url in enumerate(urls)]
    project.write_snapshot(entries)
    project.write_ledger(make_rows(str(fields["domain"]) for _, fields in entries))


def run(project: Project, *options: str, day: str = "01") -> Outcome:
    return project.run("links", "--allow-private", "--pause", "0.001", "--date", f"2026-03-{day}", *options)


def run_json(project: Project, *options: str, day: str = "01") -> Any:
    outcome = run(project, "--json", *options, day=day)
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.json


def read_links(project: Project) -> dict[str, Any]:
    links: dict[str, Any] = json.loads(project.read("data/links.json"))["links"]
    return {url: link for url, link in links.items() if ".example" not in url}


def test_every_link_is_asked_and_its_state_is_kept(project, host):
    host.pages = {"/ok": Page(), "/no": Page(403), "/moved": Page(301, {"Location": "/ok"})}
    paths = ("ok", "gone", "no", "moved")
    write_records(project, [f"{host.address}/{path}" for path in paths])
    said = run_json(project)
    assert read_links(project) == {
        f"{host.address}/gone": {"state": "failing", "asked": "2026-03-01", "status": 404, "failures": ["2026-03-01"]},
        f"{host.address}/moved": {"state": "ok", "asked": "2026-03-01", "status": 200, "moved": f"{host.address}/ok"},
        f"{host.address}/no": {"state": "blocked", "asked": "2026-03-01", "status": 403},
        f"{host.address}/ok": {"state": "ok", "asked": "2026-03-01", "status": 200},
    }
    states = ("asked", "left", "ok", "failing", "dead", "blocked", "unreachable", "suppressed")
    assert [said[key] for key in states] == [10, 0, 2, 1, 0, 1, 6, 0]
    assert [link for link in said["links"] if ".example" not in link["url"]] == [
        {
            "url": f"{host.address}/gone",
            "state": "failing",
            "status": 404,
            "reason": None,
            "asked": "2026-03-01",
            "since": "2026-03-01",
            "failures": 1,
            "where": [{"slug": "b", "fact": "documentation", "path": None, "line": None}],
        },
        {
            "url": f"{host.address}/no",
            "state": "blocked",
            "status": 403,
            "reason": None,
            "asked": "2026-03-01",
            "since": None,
            "failures": 0,
            "where": [{"slug": "c", "fact": "documentation", "path": None, "line": None}],
        },
    ]
    assert [(link["url"], link["to"]) for link in said["moved"]] == [(f"{host.address}/moved", f"{host.address}/ok")]


def test_what_is_said_to_a_person(project, host):
    host.pages = {"/ok": Page(), "/no": Page(403)}
    write_records(project, [f"{host.address}/{path}" for path in ("ok", "gone", "no")])
    assert run(project).out == (
        "Failing (dead unless they work again):\n"
        "  1 in upstream's records; --json lists them\n\n"
        "Not reached (which says nothing of the page):\n"
        + "".join(
            f"  {url} (the name of the host can't be looked up)\n" + "".join(f"    {place}\n" for place in places)
            for url, places in UNKNOWN.items()
        )
        + "\nBlocked (the server refuses programs, so look in a browser):\n"
        "  1 in upstream's records; --json lists them\n\n"
        "9 links: 1 work, 1 failing, 6 not reached, 1 blocked. Asked in this run: 9.\n"
    )


def _name(source: str) -> list[str]:
    return [f"content/sources.yaml: {source}.{key}" for key in ("homepage", "credit")]


UNKNOWN = {
    "https://agency.example/": ["content/faq.yaml: What is 2FA?"],
    "https://first.example/": _name("2fa-directory"),
    "https://first.example/licence": ["content/sources.yaml: 2fa-directory.licence.url"],
    "https://second.example/": _name("passkeys"),
    "https://second.example/licence": ["content/sources.yaml: passkeys.licence.url"],
    "https://standard.example/": ["content/methods.yaml: totp"],
}


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ((404, 404), "failing"),
        ((404, 404, 404), "dead"),
        ((410, 404, 410), "dead"),
        ((404, 404, 200, 404), "failing"),
        ((404, 404, 404, 200), "ok"),
        ((403, 403, 403, 403), "blocked"),
        ((500, 500, 500, 500), "unreachable"),
    ],
)
def test_day_after_day(project, host, statuses, state):
    write_records(project, [f"{host.address}/x"])
    for day, status in enumerate(statuses, start=1):
        host.pages["/x"] = Page(status)
        run_json(project, "--max-age", "1", day=f"{day:02}")
        if day < 3:
            assert read_links(project)[f"{host.address}/x"]["state"] != "dead"
    assert read_links(project)[f"{host.address}/x"]["state"] == state
    assert project.build(today="2026-03-09").code == 0
    assert ("may be dead" in project.read("site/2fa-directory/a/index.html")) is (state == "dead")


def test_a_host_that_does_not_exist_for_three_days(project, host, names):
    names["gone.example"] = socket.EAI_NONAME
    host.pages["/ok"] = Page()
    write_records(project, ["https://gone.example/", f"{host.address}/ok"])
    for day in ("01", "02", "03"):
        said = run_json(project, day=day)
    assert [link["state"] for link in said["links"] if link["url"] == "https://gone.example/"] == ["dead"]
    # The good answer of the first day is asked for again, to show that there is a network: once a day, and once more
    # where on the first day it came before that of the host that does not exist.
    assert set(host.asked) == {("HEAD", "/ok")}
    assert len(host.asked) in {3, 4}


# --- What is asked again ----------------------------------------------------------------------------------------------


def test_what_was_asked_is_not_asked_again_before_its_time(project, host):
    host.pages = {"/ok": Page(), "/no": Page(403)}
    write_records(project, [f"{host.address}/{path}" for path in ("ok", "no", "gone")])

    def find_asked(day: str, *options: str) -> set[str]:
        host.requests.clear()
        run_json(project, *options, day=day)
        return {path for _, path in host.asked}

    assert find_asked("01") == {"/ok", "/no", "/gone"}
    before = project.read("data/links.json")
    assert find_asked("01") == set()
    assert project.read("data/links.json") == before
    assert "/gone" in find_asked("02")
    assert "/no" not in find_asked("07")
    assert find_asked("08") == {"/ok", "/no", "/gone"}
    assert find_asked("08", "--max-age", "0") == {"/ok", "/no", "/gone"}
    assert find_asked("10", "--max-age", "2") == {"/ok", "/no", "/gone"}


def test_a_limit_leaves_the_others_for_the_next_run(project, host):
    host.pages = {f"/{number}": Page() for number in range(5)}
    urls = [f"{host.address}/{number}" for number in range(5)]
    write_records(project, urls)
    assert run_json(project, "--limit", "2")["left"] == 9
    asked = set(read_links(project))
    assert len(asked) == 2
    host.requests.clear()
    assert run_json(project)["left"] == 0
    assert {f"{host.address}{path}" for _, path in host.asked} == set(urls) - asked


def test_a_suppressed_link_is_not_asked(project, host):
    host.pages["/ok"] = Page()
    write_records(project, [f"{host.address}/ok", f"{host.address}/gone#part"])
    project.write("content/links.yaml", f"- {{url: {host.address}/gone, reason: Seen., until: 2026-03-05}}\n")
    said = run_json(project, day="05")
    assert (said["suppressed"], said["failing"]) == (1, 0)
    assert {path for _, path in host.asked} == {"/ok"}
    assert run_json(project, day="06")["failing"] == 1


def test_links_that_stand_nowhere_any_more_leave_the_file(project, host):
    write_records(project, [f"{host.address}/{number}" for number in range(3)])
    run(project)
    write_records(project, [f"{host.address}/1"])
    run(project)
    assert list(read_links(project)) == [f"{host.address}/1"]


def test_a_fetch_keeps_what_is_known(project, host, tmp_path):
    write_records(project, [f"{host.address}/1"])
    run(project)
    before = project.read("data/links.json")
    entries = [make_entry("a.example", "totp", "sms", documentation=f"{host.address}/1")]
    (tmp_path / "new.json").write_text(json.dumps(entries))
    outcome = project.run("fetch", "2fa-directory", "--from", tmp_path / "new.json", "--date", "2026-03-02")
    assert outcome.code == 0, outcome.err
    assert project.read("data/links.json") == before


# --- No network -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_file", [False, True])
def test_without_a_network_nothing_is_marked(project, host, names, has_file):
    names["gone.example"] = socket.EAI_NONAME
    host.pages["/1"] = Page()
    urls = [f"{host.address}/1", "https://gone.example/"]
    write_records(project, urls)
    if has_file:
        run(project)
    before = project.read("data/links.json") if has_file else None
    host.close()
    host.close = lambda: None
    outcome = run(project, day="09")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == (
        "twofa: nothing on the network answers; what is known of links is as it was"
        " → check the network, or try again later\n"
    )
    assert (project.read("data/links.json") if (project.data / "links.json").exists() else None) == before


def test_when_the_network_goes_away_what_was_asked_before_is_kept(project, make_host):
    host = make_host("127.0.0.2")
    host.pages["/1"] = Page()

    def go_away(connection: socket.socket) -> None:
        connection.recv(1000)
        while not host.requests:
            time.sleep(0.01)
        time.sleep(0.2)
        host.close()

    with serve_raw(go_away) as address:
        write_records(project, [f"{host.address}/1", address])
        outcome = run(project)
    host.close = lambda: None
    assert (outcome.code, outcome.out) == (3, "")
    assert "the network has gone" in outcome.err
    assert list(read_links(project)) == [f"{host.address}/1"]


# --- Cut short --------------------------------------------------------------------------------------------------------


def start(project: Project, host: Host, count: int) -> subprocess.Popen[str]:
    """Start a run over many slow links in a process of its own, and wait until some have been asked."""
    host.pages = {f"/{number}": Page(delay=0.1) for number in range(count)}
    write_records(project, [f"{host.address}/{number}" for number in range(count)])
    script = f"import sys\nfrom generator.cli import main\n{ALONE}\nsys.exit(main(sys.argv[1:]))"
    arguments = ("--root", str(project.root), "links", "--allow-private", "--pause", "0.01", "--date", "2026-03-01")
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with within(30):
        while len(host.requests) < 5:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
    return process


@pytest.mark.parametrize(
    ("ending", "code"), mark_thorough([(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130), (signal.SIGTERM, 130)])
)
def test_a_run_that_was_cut_short_is_taken_up_again(project, host, ending, code):
    process = start(project, host, 12)
    process.send_signal(ending)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert "Traceback" not in err
    kept = set(read_links(project))
    assert 2 <= len(kept) < 12
    host.requests.clear()
    assert run_json(project)["ok"] == 12
    assert len({path for _, path in host.asked}) == 12 - len(kept)


def test_one_run_at_a_time(project):
    with hold_lock(project.root / ".twofa" / "links.lock", "check of links"):
        outcome = run(project)
    assert (outcome.code, outcome.err) == (75, "twofa: another check of links is running → wait until it has ended\n")


def test_a_full_disk(project, host, monkeypatch):
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_records(project, [f"{host.address}/1"])
    monkeypatch.setattr(os, "fsync", fail)
    outcome = run(project)
    assert outcome.code == 6
    assert "links.json can't be written" in outcome.err
    assert not (project.data / "links.json").exists()


# --- What is refused --------------------------------------------------------------------------------------------------


def test_private_addresses_are_asked_only_on_a_trial(project, host):
    write_records(project, [f"{host.address}/1"])
    outcome = project.run("links", "--pause", "0.001", "--date", "2026-03-01")
    assert outcome.code == 3
    assert host.requests == []


def test_content_with_errors(project, host):
    write_records(project, [f"{host.address}/1"])
    project.write_curated("a", "domain: a.example\nsetup: x\n")
    outcome = run(project)
    assert outcome.code == 5
    assert "content/services/a.yaml:2:8" in outcome.err
    assert "no link was asked" in outcome.err
    assert host.requests == []


def test_damaged_data(project):
    project.write("data/links.json", "[]")
    assert run(project).code == 5
    assert project.read("data/links.json") == "[]"


def test_the_sample_is_not_asked(project):
    project.forget_snapshot()
    outcome = run(project)
    assert outcome.code == 2
    assert "twofa fetch" in outcome.err


@pytest.mark.parametrize(
    "options", [["--max-age", "-1"], ["--max-age", "x"], ["--limit", "0"], ["--pause", "0"], ["--date", "today"]]
)
def test_options_that_make_no_sense(project, options):
    assert project.run("links", *options).code == 2


def test_what_is_dead_or_has_moved_is_shown_with_the_file_to_open(project, host):
    host.pages = {"/new": Page(), "/old": Page(301, {"Location": "/new"})}
    write_records(project, [f"{host.address}/gone"])
    page = f"# Attribution\n\nSee [one]({host.address}/old), [two]({host.address}/lost).\n"
    project.write("content/pages/attribution.md", page)
    for day in ("01", "02", "03"):
        outcome = run(project, day=day)
    dead, _, moved, _ = outcome.out.split("\n\n")
    assert dead == (
        "Dead (failed on three days, and not worked since):\n"
        f"  {host.address}/gone (status 404, since 2026-03-01)\n"
        "    a: documentation, from upstream\n"
        f"  {host.address}/lost (status 404, since 2026-03-01)\n"
        "    content/pages/attribution.md: attribution"
    )
    assert moved == (
        "Moved for good (to be changed in our files):\n"
        f"  {host.address}/old → {host.address}/new\n"
        "    content/pages/attribution.md: attribution"
    )
