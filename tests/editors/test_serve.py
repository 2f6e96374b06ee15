"""Live preview, over real HTTP: a save is served, a mistake is shown, and the site itself holds nothing of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from generator.formats.snapshot import dump_directory
from generator.lock import hold_lock
from tests.editors.serving import PATIENCE, connect, find_port, hear, serve
from tests.helpers import CHECKOUT, ENTRIES, SITE, make_entry, make_project, read_tree

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator
    from pathlib import Path

    from tornado.websocket import WebSocketClientConnection

    from tests.editors.serving import Served

GUIDE = """\
domain: alpha.example
setup: {source: https://alpha.example/help, steps: ["Open **Settings**."]}
"""
ALPHA = "/2fa-directory/alpha/"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    project = make_project(tmp_path / "project")
    project.write_curated("alpha", GUIDE)
    with serve(project, tmp_path / "log") as found:
        yield found


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for tests that change nothing."""
    folder = tmp_path_factory.mktemp("standing")
    with serve(make_project(folder / "project"), folder / "log") as found:
        yield found


def run_apart(talk: Coroutine[Any, Any, None]) -> None:
    """Run it in a thread of its own: a browser that other tests have opened has taken this one's loop."""
    with ThreadPoolExecutor(1) as executor:
        executor.submit(asyncio.run, talk).result()


@pytest.mark.parametrize(
    ("path", "status", "kind", "location"),
    [
        ("/", 200, "text/html; charset=utf-8", None),
        (ALPHA, 200, "text/html; charset=utf-8", None),
        ("/2fa-directory/alpha", 301, None, ALPHA),
        ("/2fa-directory?q=a%20b", 301, None, "/2fa-directory/?q=a%20b"),
        ("//2fa-directory", 404, None, None),
        ("/2fa-directory//alpha/", 404, None, None),
        ("/nowhere/", 404, "text/html; charset=utf-8", None),
        ("/search.json", 200, "application/json; charset=utf-8", None),
        ("/robots.txt", 200, "text/plain; charset=utf-8", None),
        ("/../content/site.yaml", 404, None, None),
        ("/%2e%2e/content/site.yaml", 404, None, None),
        ("/%252e%252e/content/site.yaml", 404, None, None),
        ("/a%00b", 404, None, None),
        ("/" + "long" * 100, 404, None, None),
        ("/%ff", 400, None, None),
        ("/.site.lock", 404, None, None),
    ],
)
def test_answers_like_a_web_server(standing, path, status, kind, location):
    answer = standing.get(path)
    assert answer.status == status
    assert answer.headers.get("location") == location
    assert kind is None or answer.headers["content-type"] == kind
    assert "publisher:" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_life_of_saves(served):
    """One server for all of it: each save is served, however it is made."""
    project = served.project
    assert "livereload.js" in served.get(ALPHA).text
    head = served.get(ALPHA, "HEAD")
    assert (head.text, head.headers["content-length"]) == ("", str(len(served.get(ALPHA).text.encode())))
    refused = served.get(ALPHA, "POST")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")

    project.write_curated("alpha", GUIDE.replace("Settings", "In place"))
    served.wait_for_text(ALPHA, "<strong>In place</strong>")

    aside = project.write("content/services/.alpha.yaml.swp", GUIDE.replace("Settings", "By rename"))
    aside.rename(project.content / "services/alpha.yaml")
    served.wait_for_text(ALPHA, "<strong>By rename</strong>")

    for number in range(20):
        project.write_curated("alpha", GUIDE.replace("Settings", f"Quick {number}"))
    served.wait_for_text(ALPHA, "<strong>Quick 19</strong>")

    project.write_curated("own", "domain: own.example\nname: Own\ncategories: [cloud]\nmethods: [totp]\n")
    served.wait_for_text("/2fa-directory/own/", "Does <bdi>Own</bdi> support 2FA?")
    (project.content / "services/own.yaml").unlink()
    served.wait_for("/2fa-directory/own/", lambda answer: answer.status == 404)

    layout = project.root / "templates/layouts/base.html"
    layout.write_text(layout.read_text().replace("</main>", "</main><!-- new layout -->"))
    served.wait_for_text("/faq/", "<!-- new layout -->")

    project.write_snapshot([make_entry("alpha.example", "sms"), make_entry("bravo.example", "totp")])
    served.wait_for_text("/2fa-directory/bravo/", "supports 2FA via an authenticator app")

    assert not [name for name, data in read_tree(project.site).items() if b"livereload" in data or b"twofa-pro" in data]


def test_mistakes_are_shown_and_the_last_good_page_stays(served):
    project = served.project
    project.write_curated("alpha", GUIDE.replace("Settings", "Good") + "unknown: <b>x</b>\n")
    shown = served.wait_for_text(ALPHA, "twofa-problems").text
    assert "content/services/alpha.yaml:3:1" in shown
    assert "unknown key unknown" in shown
    assert "→ known here:" in shown
    assert "<strong>Settings</strong>" in shown, "the last good page stays beneath"
    assert "twofa-problems" in served.get("/nowhere/").text
    assert "twofa-problems" not in served.get("/search.json").text
    served.wait_for_line("content/services/alpha.yaml:3:1: error")

    project.write_curated("alpha", GUIDE)
    served.wait_for(ALPHA, lambda answer: "twofa-problems" not in answer.text)
    project.write_curated("alpha", GUIDE.replace("Settings", "Good"))
    answer = served.wait_for_text(ALPHA, "<strong>Good</strong>")
    assert "twofa-problems" not in answer.text

    project.write("templates/partials/footer.html", "{{ nonsense }}")
    assert "templates/partials/footer.html:1:1" in served.wait_for_text("/", "twofa-problems").text
    shutil.copy(CHECKOUT / "templates/partials/footer.html", project.root / "templates/partials/footer.html")
    served.wait_for("/", lambda answer: "twofa-problems" not in answer.text)


@pytest.mark.thorough
def test_a_folder_that_is_removed_and_made_again(served):
    project = served.project
    kept = project.root / "kept"
    shutil.copytree(project.content, kept)
    shutil.rmtree(project.content)
    served.wait_for_text("/", "twofa-problems")
    kept.rename(project.content)
    served.wait_for("/", lambda answer: "twofa-problems" not in answer.text)
    project.write_curated("alpha", GUIDE.replace("Settings", "After all that"))
    served.wait_for_text(ALPHA, "<strong>After all that</strong>")


@pytest.mark.thorough
def test_a_site_below_a_path(served):
    served.project.write("content/site.yaml", SITE.replace("tiny.example", "tiny.example/base"))
    served.wait_for("/base/", lambda answer: answer.status == 200)
    assert served.get("/").headers["location"] == "/base/"
    assert served.get(f"/base{ALPHA}").status == 200
    assert served.get("/base/faq").headers["location"] == "/base/faq/"
    assert served.get(ALPHA).status == 404


@pytest.mark.thorough
def test_no_site_at_all_at_the_start(tmp_path):
    project = make_project(tmp_path / "project")
    project.write_curated("alpha", "domain: alpha.example\nx: y\n")
    with serve(project, tmp_path / "log") as served:
        answer = served.get(ALPHA)
        assert answer.status == 503
        assert "unknown key x" in answer.text
        project.write_curated("alpha", GUIDE)
        served.wait_for_text(ALPHA, "<strong>Settings</strong>")


def test_the_next_build_knows_what_was_served(served):
    served.project.write_curated("alpha", GUIDE.replace("Settings", "Last"))
    served.wait_for_text(ALPHA, "<strong>Last</strong>")
    served.process.send_signal(2)
    served.process.wait(timeout=30)
    day = served.project.run("build", "--json")
    assert day.json["rendered"] == 0


def test_a_port_that_somebody_has(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = try_to_serve(tmp_path, "--port", str(other.getsockname()[1]))
    assert done.returncode == 2
    assert "end what is running there, or name another with --port" in done.stderr


@pytest.mark.parametrize("host", ["a..b", "host.invalid", "192.0.2.1"])
def test_a_host_that_is_none_of_this_machine(tmp_path, host):
    done = try_to_serve(tmp_path, "--host", host, "--port", str(find_port()))
    assert done.returncode == 2
    assert "name an address of this machine with --host" in done.stderr


def try_to_serve(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    project = make_project(tmp_path / "project")
    command = [sys.executable, "-m", "generator", "--root", str(project.root), "serve", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.thorough
def test_a_project_that_goes_away(tmp_path):
    project, log = make_project(tmp_path / "project"), tmp_path / "log"
    with serve(project, log, code_at_end=6) as served:
        project.root.rename(tmp_path / "elsewhere")
        served.process.wait(timeout=PATIENCE)
    assert f"twofa: {project.root} is no longer there → start again" in log.read_text()


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1"])
def test_a_number_that_is_no_port(tiny, port):
    assert tiny.run("serve", "--port", port).code == 2


@pytest.mark.thorough
def test_what_editors_leave_beside_a_guide_is_nothing_to_a_build(served):
    project = served.project
    guide = project.content / "services/alpha.yaml"
    for name in ("4913", ".alpha.yaml.swp", "#alpha.yaml#"):
        project.write_curated("x", GUIDE).rename(guide.with_name(name))
    # Vim puts the old file aside, writes a new one, and may leave the old one there for good.
    guide.rename(guide.with_name("alpha.yaml~"))
    project.write_curated("alpha", GUIDE.replace("Settings", "Beside them"))
    project.write("templates/static/style.css~", "nothing")
    (project.root / "templates/layouts/.#base.html").symlink_to("user@host.1")
    served.wait_for_text(ALPHA, "<strong>Beside them</strong>")
    assert "twofa-problems" not in served.get("/").text
    assert [path.suffix for path in (project.site / "assets").glob("style*")] == [".css"]
    assert project.run("check").code == 0


@pytest.mark.thorough
def test_the_last_of_many_saves_wins_whatever_a_build_has_read_meanwhile(served):
    guide = served.project.content / "services/alpha.yaml"
    random = Random(1)
    for number in range(30):
        for name in random.choices(("One", "Two"), k=5):
            guide.write_text(GUIDE.replace("Settings", f"{name} {number // 3}"))
            time.sleep(random.choice((0, 0.002, 0.005, 0.01)))
        served.wait_for_text(ALPHA, f"<strong>{name} {number // 3}</strong>")


@pytest.mark.thorough
def test_another_build_is_waited_for(served):
    with hold_lock(served.project.root / ".site.lock", "build"):
        served.project.write_curated("alpha", GUIDE.replace("Settings", "Waited"))
        served.wait_for_text(ALPHA, "another build is running")
        served.wait_for_line("another build is running")
    served.wait_for_text(ALPHA, "<strong>Waited</strong>")
    assert served.log.read_text().count("another build is running") == 1


@pytest.mark.thorough
def test_a_fetch_in_another_terminal(served):
    entries = [*ENTRIES.values(), make_entry("golf.example", "totp")]
    origin = served.project.root.parent / "all.json"
    origin.write_bytes(dump_directory(sorted(entries, key=lambda entry: entry[0].casefold())))
    fetched = served.project.run("fetch", "2fa-directory", "--from", origin)
    assert fetched.code == 0, fetched.err
    served.wait_for_text("/2fa-directory/golf/", "Does <bdi>Golf</bdi> support 2FA?")
    # What a fetch leaves for itself is not what changed.
    log = served.log.read_text()
    assert all(name not in log for name in ("data/reports", "data/previous", ".twofa"))


@pytest.mark.thorough
def test_a_new_folder_is_watched(served):
    image = served.project.write("templates/static/img/one.svg", "<svg/>")
    assets = served.project.site / "assets/img"
    served.wait_for("/", lambda _: any(assets.glob("one.*.svg")))
    (first,) = assets.glob("one.*.svg")
    image.write_text("<svg></svg>")
    served.wait_for("/", lambda _: any(path != first for path in assets.glob("one.*.svg")))


@pytest.mark.thorough
def test_another_program_on_the_disk_builds_nothing(tmp_path):
    program = tmp_path / "program"
    shutil.copytree(CHECKOUT / "generator", program / "generator", ignore=shutil.ignore_patterns("__pycache__"))
    project = make_project(tmp_path / "project")
    project.write_curated("alpha", GUIDE)
    with serve(project, tmp_path / "log", program=program) as served:
        module = program / "generator/identity.py"
        before = module.read_bytes()
        module.write_bytes(before + b"# Another.\n")
        served.wait_for_text(ALPHA, "the program itself has changed since it was started → end it and start it again")
        module.write_bytes(before)
        served.wait_for(ALPHA, lambda answer: "twofa-problems" not in answer.text)


def test_a_page_hears_of_changes_and_of_those_that_it_missed_while_it_was_loading(served):
    async def tell(socket: WebSocketClientConnection, shown: str) -> None:
        await socket.write_message(json.dumps({"command": "info", "url": "", "plugins": {"shown": {"shown": shown}}}))

    async def talk() -> None:
        (shown,) = re.findall(r'data-shown="(.*?)"', served.get(ALPHA).text)
        async with connect(served) as fresh, connect(served) as behind:
            await tell(fresh, shown)
            await tell(behind, "another")
            assert (await hear(behind))["command"] == "reload"
            served.project.write_curated("alpha", GUIDE.replace("Settings", "News"))
            assert (await hear(fresh))["command"] == "reload"
        assert f'data-shown="{shown}"' not in served.get(ALPHA).text

    run_apart(talk())


def test_its_socket_talks_to_its_own_pages_alone(standing):
    asked = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    asked |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": "https://evil.example"}
    with contextlib.closing(HTTPConnection("127.0.0.1", standing.port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/livereload", headers=asked)
        with connection.getresponse() as refused:
            assert refused.status == 403


def test_its_socket_takes_any_nonsense(standing):
    async def talk() -> None:
        async with connect(standing) as socket:
            for nonsense in (
                "x",
                "[]",
                "null",
                "{}",
                '{"command": "info", "plugins": {"shown": 1}}',
                '{"plugins": []}',
            ):
                await socket.write_message(nonsense)
            await socket.write_message(json.dumps({"command": "hello"}))
            assert (await hear(socket))["command"] == "hello"

    run_apart(talk())
    assert "Traceback" not in standing.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_meant_to_be_interrupted(tmp_path, number):
    with serve(make_project(tmp_path / "project"), tmp_path / "log", signal_at_end=number) as served:
        assert served.get("/").status == 200
