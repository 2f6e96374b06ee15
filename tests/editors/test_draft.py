"""What ``twofa serve`` adds for editors: the banner over each page, and the facts that it explains. Over real HTTP."""

from __future__ import annotations

import html
import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from generator.formats.ledger import Gone
from tests.editors.serving import serve
from tests.helpers import ENTRIES, make_entry, make_project, make_rows, read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.editors.serving import Answer, Served

ALPHA = "/2fa-directory/alpha/"

#: There are steps for a method that is not listed: a warning.
GUIDE = """\
domain: alpha.example
setup:
  source: https://alpha.example/help
  methods: {email: [Read the message.]}
"""


@contextmanager
def serve_drafts(folder: Path) -> Iterator[Served]:
    project = make_project(folder / "project")
    project.write_curated("alpha", GUIDE)
    project.write_curated("echo", "domain: echo.example\naccount: alpha.example\n")
    project.write_curated("own", "domain: own.example\nname: Own\ncategories: [cloud]\nmethods: [sms]\n")
    gone = Gone(how="removed", date="2026-01-12", record=make_entry("gone.example", "totp"))
    project.write_ledger(make_rows([*ENTRIES, "gone.example"], gone=gone))
    with serve(project, folder / "log") as found:
        yield found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve_drafts(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for tests that change nothing."""
    with serve_drafts(tmp_path_factory.mktemp("standing")) as found:
        yield found


def read_banner(answer: Answer) -> str:
    """Return the text of the banner with its links, as one line."""
    (banner,) = re.findall(r"<aside.*?</aside>", answer.text, re.DOTALL)
    shown = re.sub(r'<a href="(.*?)">(.*?)</a>', r" [\2](\1) ", banner)
    return html.unescape(" ".join(re.sub(r"<.*?>", " ", shown).split()))


def test_a_page_names_its_file_and_what_is_wrong_with_it(served):
    root = served.project.root
    banner = read_banner(served.get(ALPHA))
    place = f"vscode://file{root}/content/services/alpha.yaml"
    assert banner == (
        f"Draft content/services/alpha.yaml [Open in the editor]({place}:4)"
        " [In the repository](https://git.example.com/tiny/edit/main/content/services/alpha.yaml)"
        f" Show where facts come from 1 warning [line 4]({place}:4) : there are steps for Email, which is not listed"
        " for Alpha → remove the steps, or add the method by override with a source"
    )
    assert read_banner(served.get("/share-2fa-for/alpha/")) == banner


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "Draft"),
        ("/2fa-directory/", "Draft"),
        ("/2fa-directory/no-2fa/", "Draft"),
        ("/nowhere/", "Draft"),
        ("/faq/", "Draft content/faq.yaml [Open in the editor]"),
        ("/methodology/", "Draft content/pages/methodology.md [Open in the editor]"),
        ("/2fa-directory/category/cloud/", "Draft content/categories.yaml [Open in the editor]"),
        ("/2fa-directory/method/totp/", "Draft content/methods.yaml [Open in the editor]"),
        ("/2fa-directory/region/us/", "Draft content/regions.yaml [Open in the editor]"),
        ("/2fa-directory/bravo/", "Draft No guide yet: twofa new bravo.example [Start it in the repository]"),
        ("/2fa-directory/gone/", "Draft No guide yet: twofa new gone.example [Start it in the repository]"),
        ("/2fa-directory/own/", "Draft content/services/own.yaml [Open in the editor]"),
    ],
)
def test_what_other_pages_are_written_in(standing, path, expected):
    banner = read_banner(standing.get(path))
    assert banner.startswith(expected)
    assert expected != "Draft" or banner == "Draft"


def test_the_facts_are_those_of_the_command(standing):
    slugs = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "own", "gone"]
    for slug in slugs:
        told = json.loads(standing.get(f"/twofa-preview/facts/{slug}.json").text)
        layers = told.pop("layers")
        hrefs = [fact.pop("href") for fact in told["facts"]]
        assert told == standing.project.run("explain", slug, "--json").json
        assert {fact["layer"] for fact in told["facts"]} <= layers.keys()
        for fact, href in zip(told["facts"], hrefs, strict=True):
            assert href == (fact["path"] and f"vscode://file{standing.project.root}/{fact['path']}:{fact['line']}")
    assert (layers["2fa-directory"], layers["curated"]) == ("First Source", "Guide")


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("facts.js", 200, "text/javascript; charset=utf-8"),
        ("facts.css", 200, "text/css; charset=utf-8"),
        ("overlay.html", 404, "text/html; charset=utf-8"),
        ("../server.py", 404, "text/html; charset=utf-8"),
        ("facts/nobody.json", 503, "application/json; charset=UTF-8"),
    ],
)
def test_what_the_server_answers_for_itself(standing, path, status, kind):
    answer = standing.get(f"/twofa-preview/{path}")
    assert (answer.status, answer.headers["content-type"]) == (status, kind)
    assert answer.headers["cache-control"] == "no-store"


def test_a_mistake_is_told_once_and_first_where_it_is_the_pages_own(served):
    project = served.project
    project.write_curated("alpha", f"{GUIDE}unknown: x\n")
    project.write("content/categories.yaml", "no: [yes]\n")
    shown = served.wait_for(
        ALPHA, lambda answer: "unknown key unknown" in answer.text and "content/categories.yaml:" in answer.text
    )
    text = shown.text
    assert text.count("unknown key unknown") == 1
    assert text.index("content/services/alpha.yaml:5:1") < text.index("content/categories.yaml:")
    assert text.count("This page’s file") == 1
    assert "An error in this file, shown at the foot of the window" in read_banner(shown)
    assert "error" not in read_banner(served.get("/2fa-directory/bravo/"))
    # What is shown is not what the files say.
    answer = served.get("/twofa-preview/facts/alpha.json")
    assert (answer.status, list(json.loads(answer.text))) == (503, ["reason"])


def test_a_guide_that_is_new_or_gone_or_has_another_warning(served):
    project = served.project

    def find_shown(path: str) -> str:
        (shown,) = re.findall(r'data-shown="(.*?)"', served.get(path).text)
        return str(shown)

    before = find_shown(ALPHA)
    # The page stays as it was: only the line of the warning is another.
    project.write_curated("alpha", f"# A word.\n{GUIDE}")
    served.wait_for(ALPHA, lambda answer: "[line 5]" in read_banner(answer))
    assert find_shown(ALPHA) != before, "so the browser loads it again"
    bravo = "/2fa-directory/bravo/"
    project.write_curated("bravo", "domain: bravo.example\n")
    served.wait_for(bravo, lambda answer: "Draft content/services/bravo.yaml" in read_banner(answer))
    (project.content / "services/bravo.yaml").unlink()
    served.wait_for(bravo, lambda answer: "No guide yet" in read_banner(answer))


def test_nothing_of_it_gets_into_the_site(served):
    other = served.project.root.parent / "plain"
    assert served.project.run("build", "--out", other).code == 0
    assert served.get("/twofa-preview/facts/alpha.json").status == 200
    assert read_tree(served.project.site) == read_tree(other)


def test_below_a_path_and_without_a_repository(served):
    site = served.project.read("content/site.yaml")
    changed = site.replace("tiny.example", "tiny.example/base").replace(
        "repository: https://git.example.com/tiny\n", ""
    )
    served.project.write("content/site.yaml", changed)
    answer = served.wait_for(f"/base{ALPHA}", lambda answer: answer.status == 200)
    assert read_banner(answer).startswith("Draft content/services/alpha.yaml [Open in the editor]")
    assert "In the repository" not in answer.text
    assert "/twofa-preview/facts.js" in answer.text
    assert served.get("/twofa-preview/facts/alpha.json").status == 200
