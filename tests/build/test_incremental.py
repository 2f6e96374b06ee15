"""What a build does again, what it keeps, and what it says of that."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from generator import config, yamlparse
from generator.build.live import LiveMemory
from generator.build.pipeline import build
from generator.build.site import Order
from generator.commands import progress
from generator.config import Paths
from tests.helpers import (
    CHECKOUT,
    ENTRIES,
    SITE,
    TODAY,
    Project,
    make_entry,
    make_rows,
    read_tree,
    run_process,
    stamp_tree,
)

if TYPE_CHECKING:
    from pathlib import Path

    from generator.yamlfile import YamlFile

GUIDE = """\
domain: alpha.example
verified: {date: 2026-02-01, by: mk, source: https://alpha.example/help, methods: [totp, u2f, sms]}
setup: {source: https://alpha.example/help, steps: ["Open **Settings**."]}
"""
ALPHA = {"2fa-directory/alpha/index.html", "share-2fa-for/alpha/index.html"}


@pytest.fixture
def built(tiny: Project) -> Project:
    """A project with a guide and a site."""
    tiny.write_curated("alpha", GUIDE)
    assert tiny.build().code == 0
    return tiny


def find_changes(project: Project, *arguments: str, today: str = TODAY) -> tuple[dict[str, int], set[str]]:
    """Build; return what the report counts, and the names of the files that were written."""
    before = stamp_tree(project.site)
    outcome = project.build("--json", *arguments, today=today)
    assert outcome.code == 0, outcome.err
    after = stamp_tree(project.site)
    counts = {key: outcome.json[key] for key in ("rendered", "kept", "pruned")}
    return counts, {name for name, stamp in after.items() if before.get(name) != stamp}


# --- What changes -----------------------------------------------------------------------------------------------------


def test_nothing_new(built):
    assert find_changes(built) == ({"rendered": 0, "kept": 41, "pruned": 0}, set())


def test_a_guide_changes_its_own_pages(built):
    built.write_curated("alpha", GUIDE.replace("Settings", "Account"))
    counts, changed = find_changes(built)
    assert changed == {"2fa-directory/alpha/index.html"}
    assert counts == {"rendered": 2, "kept": 39, "pruned": 0}, "the share page came out as it was"


def test_a_day_on_a_page_changes_the_sitemap_too(built):
    built.write_curated("alpha", GUIDE.replace("2026-02-01", "2026-02-02"))
    assert find_changes(built)[1] == {"2fa-directory/alpha/index.html", "sitemap.xml"}


def test_a_comment_changes_nothing(built):
    built.write_curated("alpha", f"# Seen by mk.\n{GUIDE}")
    assert find_changes(built) == ({"rendered": 0, "kept": 41, "pruned": 0}, set())


def test_a_guide_shows_on_the_page_of_a_service_that_uses_its_account(built):
    built.write_curated("foxtrot", "domain: foxtrot.example\naccount: alpha.example\n")
    assert built.build().code == 0
    built.write_curated("alpha", GUIDE.replace("Settings", "Account"))
    assert find_changes(built)[1] == {"2fa-directory/alpha/index.html", "2fa-directory/foxtrot/index.html"}


def test_an_alias_changes_what_search_finds(built):
    built.write_curated("alpha", f"{GUIDE}aliases: [Aleph]\n")
    counts, changed = find_changes(built)
    assert changed == {"2fa-directory/index.html", "search.json"}
    assert counts["rendered"] < 10


def test_a_record_changes_its_pages_and_the_lists_that_show_it(built):
    entries = dict(ENTRIES)
    entries["foxtrot.example"] = make_entry("foxtrot.example", "totp", "sms", url="https://login.example.com/")
    built.write_snapshot(entries.values(), json.loads((built.data / "passkeys.json").read_text()))
    _, changed = find_changes(built)
    names = ("", "category/other/", "everywhere/", "method/sms/", "method/totp/")
    lists = {f"2fa-directory/{name}index.html" for name in names}
    assert changed >= {"2fa-directory/foxtrot/index.html", *lists}
    assert not changed & {"2fa-directory/alpha/index.html", "2fa-directory/category/cloud/index.html"}


def test_a_title_of_a_category_changes_the_pages_that_name_it(built):
    text = (built.content / "categories.yaml").read_text()
    built.write("content/categories.yaml", text.replace("Travel", "Journeys"))
    _, changed = find_changes(built)
    assert "2fa-directory/delta/index.html" in changed
    assert "2fa-directory/alpha/index.html" not in changed


def test_a_layout_changes_all_pages_that_extend_it(built):
    path = built.root / "templates/layouts/base.html"
    path.write_text(path.read_text().replace("<main", "<main data-x"))
    counts, changed = find_changes(built)
    assert counts == {"rendered": 36, "kept": 5, "pruned": 0}, "feeds have no layout"
    assert changed == {name for name in read_tree(built.site) if name.endswith(".html")}


def test_a_template_of_one_kind_of_page_changes_that_kind(built):
    path = built.root / "templates/pages/faq.html"
    path.write_text(path.read_text() + "<!-- new -->")
    assert find_changes(built)[0] == {"rendered": 1, "kept": 40, "pruned": 0}


def test_a_template_includes_files_of_any_kind(built):
    faq = built.root / "templates/pages/faq.html"
    faq.write_text(faq.read_text() + "{% include 'partials/mark.svg' %}")
    for title in ("One", "Two"):
        built.write("templates/partials/mark.svg", f"<svg><title>{title} of {{{{ site.title }}}}</title></svg>")
        assert find_changes(built)[0] == {"rendered": 1, "kept": 40, "pruned": 0}
        assert f"<title>{title} of Tiny directory</title>" in built.read("site/faq/index.html")
    built.write("templates/partials/mark.svg", "{{ nonsense }}")
    assert "templates/partials/mark.svg:1:1: error: 'nonsense' is undefined" in built.build().err


def test_a_page_that_is_gone_is_pruned(tiny):
    guide = "domain: own.example\nname: Own\ncategories: [cloud]\nmethods: [totp]\n"
    tiny.write_curated("own", guide)
    assert tiny.build().code == 0
    (tiny.content / "services/own.yaml").unlink()
    counts, _ = find_changes(tiny)
    assert counts["pruned"] == 2
    assert not (tiny.site / "2fa-directory/own").exists()


def test_a_verification_turns_stale_on_its_day_and_not_before(built):
    assert find_changes(built, today="2027-02-01") == ({"rendered": 0, "kept": 41, "pruned": 0}, set())
    # And it stands in a queue of the editors from that day on.
    assert find_changes(built, today="2027-02-02")[1] == {"2fa-directory/alpha/index.html", "editors/index.html"}
    assert find_changes(built, today="2027-02-01")[1] == {"2fa-directory/alpha/index.html", "editors/index.html"}


@pytest.mark.parametrize("how", ["edited", "emptied", "removed", "folder"])
def test_what_was_done_to_the_output_by_hand_is_mended(built, how):
    whole = read_tree(built.site)
    page = built.site / "2fa-directory/alpha/index.html"
    match how:
        case "edited":
            page.write_bytes(page.read_bytes().replace(b"Alpha", b"Alphb"))
        case "emptied":
            page.write_bytes(b"")
        case "removed":
            page.unlink()
        case "folder":
            shutil.rmtree(page.parent)
    counts, _ = find_changes(built)
    assert counts == {"rendered": 1, "kept": 40, "pruned": 0}
    assert read_tree(built.site) == whole


def test_what_was_put_into_the_output_by_hand_goes_for_good(built):
    whole = read_tree(built.site)
    (built.site / "faq/stranger.txt").write_text("x")
    for title in ("One", "Two", "Three", "Tiny directory"):
        built.write("content/site.yaml", SITE.replace("Tiny directory", title))
        assert built.build().code == 0
        assert "faq/stranger.txt" not in read_tree(built.site)
    assert read_tree(built.site) == whole


def test_each_output_has_its_own_manifests(built, tmp_path):
    other = tmp_path / "other"
    assert built.build("--out", other).code == 0
    built.write_curated("alpha", GUIDE.replace("Settings", "Account"))
    assert built.build("--out", other, "--json").json["rendered"] == 2
    assert built.build("--json").json["rendered"] == 2
    assert read_tree(other) == read_tree(built.site)


def test_another_address_is_another_site(built):
    assert find_changes(built, "--base-url", "https://h.example/dir")[0]["rendered"] == 41
    assert find_changes(built, "--base-url", "https://h.example/dir")[0]["rendered"] == 0


def test_a_guide_saved_under_another_address_changes_the_whole_site(built, tmp_path):
    built.write_curated("alpha", GUIDE.replace("Settings", "Account"))
    assert find_changes(built, "--base-url", "https://h.example/dir")[0]["rendered"] == 41
    assert built.build("--clean", "--base-url", "https://h.example/dir", "--out", tmp_path / "clean").code == 0
    assert read_tree(built.site) == read_tree(tmp_path / "clean")


def test_a_clean_build_trusts_nothing(built):
    counts, changed = find_changes(built, "--clean")
    assert counts == {"rendered": 41, "kept": 0, "pruned": 0}
    assert {name for name in changed if name.endswith(".html")} == set(), "the same bytes stay the same files"


def test_a_build_with_nothing_to_do_loads_no_library(built):
    libraries = {"jinja2", "jsonschema", "jsonschema_rs", "yaml", "markdown", "nh3", "generator.build.pipeline"}
    script = (
        f"import atexit\natexit.register(lambda: print(sorted(set({libraries}) & set(sys.modules)), file=sys.stderr))"
    )
    outcome = run_process("--root", built.root, "build", "--date", TODAY, "--json", script=script)
    assert (outcome.code, outcome.json["rendered"], outcome.err) == (0, 0, "[]\n")


# --- Back -------------------------------------------------------------------------------------------------------------


def test_rollback(built):
    old = read_tree(built.site)
    built.write("content/site.yaml", SITE.replace("Tiny directory", "Another title"))
    assert built.build().code == 0
    new = read_tree(built.site)
    outcome = built.run("build", "--rollback")
    assert (outcome.code, outcome.err) == (0, "")
    assert read_tree(built.site) == old != new
    assert built.run("build", "--rollback").code == 0
    assert read_tree(built.site) == new
    assert built.run("build", "--rollback").code == 0
    assert built.build().code == 0
    assert read_tree(built.site) == new, "what content says now"


def test_no_release_to_go_back_to(built):
    outcome = built.run("build", "--rollback")
    assert (outcome.code, outcome.out) == (2, "")
    assert "no release before" in outcome.err


# --- Several processes ------------------------------------------------------------------------------------------------


@pytest.fixture
def large(tiny: Project) -> Project:
    """A project with enough pages for several processes."""
    entries = [make_entry(f"s{number:03}.example", "totp", *["sms"] * (number % 2)) for number in range(120)]
    tiny.write_snapshot(entries)
    tiny.write_ledger(make_rows(str(fields["domain"]) for _, fields in entries))
    return tiny


def test_any_number_of_processes_makes_the_same_site(large, tmp_path):
    sites = []
    for jobs in ("1", "2", "3", "7"):
        assert large.build("--jobs", jobs, "--out", tmp_path / jobs).code == 0
        sites.append(read_tree(tmp_path / jobs))
    assert len(sites[0]) > 260
    assert all(site == sites[0] for site in sites)


@pytest.mark.parametrize("jobs", ["0", "-1", "x", "1.5"])
def test_a_number_of_processes_that_is_none(tiny, jobs):
    outcome = tiny.build("--jobs", jobs)
    assert outcome.code == 2
    assert "whole number" in outcome.err


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_an_error_in_any_process_names_page_and_line(large, jobs):
    large.build()
    before = stamp_tree(large.site)
    path = large.root / "templates/pages/service.html"
    path.write_text(path.read_text() + "\n{% block scripts %}{{ nonsense }}{% endblock %}")
    line = path.read_text().count("\n") + 1
    outcome = large.build("--jobs", jobs)
    assert outcome.code == 5
    assert f"templates/pages/service.html:{line}:1: error: 'nonsense' is undefined" in outcome.err
    assert "the page /2fa-directory/s" in outcome.err
    assert stamp_tree(large.site) == before


def test_a_process_that_is_killed_fails_the_build(large):
    large.build()
    before = stamp_tree(large.site)
    path = large.root / "templates/layouts/base.html"
    path.write_text(path.read_text() + "<!-- -->")
    script = (
        "import os, signal\n"
        "from generator.build.rendering import Press\n"
        "parent, render = os.getpid(), Press.render\n"
        "def die(press, pages):\n"
        "    if os.getpid() != parent:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return render(press, pages)\n"
        "Press.render = die"
    )
    outcome = run_process("--root", large.root, "build", "--jobs", "2", script=script)
    assert outcome.code == 6
    assert "ended before its work was done" in outcome.err
    assert "Traceback" not in outcome.err
    assert stamp_tree(large.site) == before


# --- Again and again in one process -----------------------------------------------------------------------------------


def test_a_changed_file_parses_alone(built, monkeypatch):
    for slug in ("foxtrot", "charlie"):
        built.write_curated(slug, f"domain: {slug}.example\naliases: [Old {slug}]\n")
    memory = LiveMemory(Paths(root=built.root))
    order = Order(root=built.root, out=built.site, memory=memory, today=TODAY, latest=TODAY)
    assert build(order).rendered > 0
    parsed = []
    parse = yamlparse.parse_yaml

    def count(data: bytes, name: str) -> YamlFile:
        parsed.append(name)
        return parse(data, name)

    monkeypatch.setattr(config, "parse_yaml", count)
    built.write_curated("alpha", GUIDE.replace("Settings", "Account"))
    assert build(order).rendered == 2
    assert parsed == ["content/services/alpha.yaml"]
    assert build(order).rendered == 0
    memory.flush()
    assert built.build("--json").json["rendered"] == 0, "the next process knows it all"


# --- The bar ----------------------------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_for_a_build_that_takes_long(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    terminal = Terminal()
    with progress.show_progress(terminal) as tick:
        tick(1, 10)
        assert terminal.getvalue() == "", "not in the first second"
        clock[0] = 1.5
        tick(5, 10)
        tick(6, 10)
        assert terminal.getvalue() == "\r[###############...............] 5 of 10 pages"
        clock[0] = 1.7
        tick(10, 10)
        assert terminal.getvalue().endswith("\r[##############################] 10 of 10 pages")
    assert terminal.getvalue().endswith("\r" + " " * 47 + "\r"), "nothing stays of it"


def test_no_bar_where_nobody_looks():
    stream = io.StringIO()
    with progress.show_progress(stream) as tick:
        tick(5, 10)
    assert stream.getvalue() == ""


def test_the_bar_is_drawn_on_a_real_terminal(large):
    """A pseudo-terminal, and a clock that is ahead."""
    script = (
        "import sys\nfrom generator.commands import progress\nprogress._PATIENCE = progress._PACE = 0.0\n"
        "from generator.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", script, "--root", str(large.root), "build", "--jobs", "1"]
    done = subprocess.run(command, cwd=CHECKOUT, stderr=theirs, stdout=subprocess.PIPE, check=False, timeout=60)
    os.close(theirs)
    drawn = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "pages" in drawn
    assert drawn.endswith("\r")


def test_first_build_of_a_copy_knows_nothing_of_the_original(built, tmp_path: Path):
    """Manifests are known by device and inode, so a copied folder has none."""
    shutil.copytree(built.root, tmp_path / "copy", symlinks=True)
    copied = Project(root=tmp_path / "copy")
    outcome = copied.build("--json")
    assert outcome.json["rendered"] == 41
    assert read_tree(copied.site) == read_tree(built.site)
