"""Live preview, over real HTTP: a save is served, a mistake is shown, and the site itself holds nothing of it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from generator.editors.preview.watching import is_dropping
from tests.editors.serving import serve
from tests.helpers import CHECKOUT, SITE, make_entry, make_project, read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


@pytest.mark.parametrize(
    ("path", "status", "kind", "location"),
    [
        ("/", 200, "text/html; charset=utf-8", None),
        (ALPHA, 200, "text/html; charset=utf-8", None),
        ("/2fa-directory/alpha", 301, None, ALPHA),
        ("/nowhere/", 404, "text/html; charset=utf-8", None),
        ("/search.json", 200, "application/json; charset=utf-8", None),
        ("/robots.txt", 200, "text/plain; charset=utf-8", None),
        ("/../content/site.yaml", 404, None, None),
        ("/%2e%2e/content/site.yaml", 404, None, None),
        ("/.twofa/build.lock", 404, None, None),
    ],
)
def test_answers_like_a_web_server(served, path, status, kind, location):
    answer = served.get(path)
    assert answer.status == status
    assert answer.headers.get("location") == location
    assert kind is None or answer.headers["content-type"] == kind
    assert "publisher:" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_life_of_saves(served):
    """One server for all of it: each save is served, however it is made."""
    project = served.project
    assert "livereload.js" in served.get(ALPHA).text
    assert served.get(ALPHA, "HEAD").text == ""
    assert served.get(ALPHA, "POST").status == 405

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
    assert "content/services/alpha.yaml:3:1: error" in served.log.read_text()

    project.write_curated("alpha", GUIDE.replace("Settings", "Good"))
    answer = served.wait_for_text(ALPHA, "<strong>Good</strong>")
    assert "twofa-problems" not in answer.text

    project.write("templates/partials/footer.html", "{{ nonsense }}")
    assert "templates/partials/footer.html:1:1" in served.wait_for_text("/", "twofa-problems").text
    shutil.copy(CHECKOUT / "templates/partials/footer.html", project.root / "templates/partials/footer.html")
    served.wait_for("/", lambda answer: "twofa-problems" not in answer.text)


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


def test_a_site_below_a_path(served):
    served.project.write("content/site.yaml", SITE.replace("tiny.example", "tiny.example/base"))
    served.wait_for("/base/", lambda answer: answer.status == 200)
    assert served.get("/").headers["location"] == "/base/"
    assert served.get(f"/base{ALPHA}").status == 200
    assert served.get("/base/faq").headers["location"] == "/base/faq/"
    assert served.get(ALPHA).status == 404


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
    project = make_project(tmp_path / "project")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        command = [sys.executable, "-m", "generator", "--root", str(project.root), "serve", "--port", port]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1"])
def test_a_number_that_is_no_port(tiny, port):
    assert tiny.run("serve", "--port", port).code == 2


@pytest.mark.parametrize(
    ("name", "is_nothing"),
    [
        ("content/services/alpha.yaml", False),
        ("templates/layouts/base.html", False),
        ("data/2fa-directory.json", False),
        ("content/services/.alpha.yaml.swp", True),
        ("content/services/4913", True),
        ("content/services/alpha.yaml~", True),
        ("content/services/#alpha.yaml#", True),
        ("data/status.json", True),
        ("data/reports/latest.json", True),
    ],
)
def test_what_editors_leave_for_themselves_makes_no_rebuild(name, is_nothing):
    assert is_dropping(name) is is_nothing
