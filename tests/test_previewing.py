"""The pages that a change touches, in a folder that a browser opens from the disk."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from scripts.previewing.copying import make_portable
from scripts.previewing.differences import Changes, describe
from tests.helpers import CHECKOUT, SITE, read_tree

if TYPE_CHECKING:
    from pathlib import Path

    from tests.helpers import Project

GUIDE = "domain: alpha.example\nsetup: {source: https://alpha.example/help, steps: [Open **Menu**.]}\n"
NAMES = {"assets/style.css", "2fa-directory/alpha/index.html", "faq/index.html"}


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/base/assets/style.css", "../../assets/style.css"),
        ("/base/faq/#why", "../../faq/index.html#why"),
        ("/base/2fa-directory/alpha/", "index.html"),
        ("/base/2fa-directory/bravo/?a=1&amp;b=2#c", "https://h.example/base/2fa-directory/bravo/?a=1&amp;b=2#c"),
        ("/base/", "https://h.example/base/"),
    ],
)
def test_links_work_from_the_disk(href, expected):
    page = f'<a title="x" href="{href}">'
    made = make_portable(page, "2fa-directory/alpha/index.html", NAMES, "https://h.example/base")
    assert made == f'<a title="x" href="{expected}">'


def test_other_links_stay_as_they_are():
    page = '<a href="#sharing"><a href="https://else.example/"><p data-href="/faq/">'
    assert make_portable(page, "faq/index.html", NAMES, "https://h.example") == page


def write_pages(project: Project, folder: Path, change: tuple[str, str]) -> str:
    """Build, change a file, build again; write the pages that differ, and return the list of them."""
    assert project.build("--out", folder / "old").code == 0
    project.write(*change)
    assert project.build("--out", folder / "new").code == 0
    sites = [folder / "old", folder / "new", folder / "x"]
    command = [sys.executable, "-m", "scripts.previewing", "--root", *map(str, [project.root, *sites])]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_guide_touches_its_pages_and_the_queues(tiny, tmp_path):
    listed = write_pages(tiny, tmp_path, ("content/services/alpha.yaml", GUIDE))
    assert listed == "**Changed pages: 2**\n\n- `/2fa-directory/alpha/`\n- `/editors/`\n"
    pages = {name for name in read_tree(tmp_path / "x") if name.endswith(".html")}
    assert pages == {"2fa-directory/alpha/index.html", "editors/index.html", "changed-pages.html"}


def test_a_new_service_has_new_pages(tiny, tmp_path):
    own = "domain: own.example\nname: Own\ncategories: [cloud]\nmethods: [totp]\n"
    listed = write_pages(tiny, tmp_path, ("content/services/own.yaml", own))
    assert "**New pages: 2**\n\n- `/2fa-directory/own/`\n- `/share-2fa-for/own/`\n" in listed


def test_nothing_that_shows(tiny, tmp_path):
    assert write_pages(tiny, tmp_path, ("content/site.yaml", f"# The same.\n{SITE}")) == "No page changes.\n"
    assert (tmp_path / "x" / "changed-pages.html").exists()


def test_many_pages_are_counted():
    changes = Changes(
        added=(), changed=tuple(f"{n:03}/index.html" for n in range(2000)), removed=("gone/index.html",), others=0
    )
    text = describe(changes)
    assert "**Changed pages: 2,000**" in text
    assert "- and 1,950 more" in text
    assert text.endswith("**Removed pages: 1**\n\n- `/gone/`")
