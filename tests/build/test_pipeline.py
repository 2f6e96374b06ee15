"""The whole build of a tiny site: what comes out, the same bytes everywhere, and nothing touched where it fails."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from generator.formats.ledger import Gone, Row
from generator.lock import hold_lock
from generator.model import METHODS
from tests.helpers import (
    ENTRIES,
    FIRST_DAY,
    PASSKEYS,
    SITE,
    TODAY,
    Project,
    make_entry,
    make_project,
    make_rows,
    read_tree,
    run_process,
    stamp_tree,
)

GUIDE = """\
domain: alpha.example
verified: {date: 2026-02-01, by: mk, source: https://alpha.example/help, methods: [totp, u2f, sms]}
setup: {source: https://alpha.example/help, steps: ["Open **Settings**, see [how](/methodology/#setup)."]}
faq: [{question: Why?, answer: "Because. See [more](https://alpha.example/more)."}]
"""

HREF = re.compile(r'\s(?:href|src|action|data-index)="([^"]*)"')
REFRESH = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)">')


def page(project: Project, path: str) -> str:
    return (project.site / path.strip("/") / "index.html").read_text("utf-8")


def html_of(project: Project) -> dict[str, str]:
    return {path.relative_to(project.site).as_posix(): path.read_text() for path in project.site.rglob("*.html")}


# --- What comes out ---------------------------------------------------------------------------------------------------


def test_every_page_is_there(tiny):
    assert tiny.build().code == 0
    files = {name for name in read_tree(tiny.site) if not name.startswith("assets/")}
    assert {
        "index.html",
        "404.html",
        "faq/index.html",
        "methodology/index.html",
        "attribution/index.html",
        "sitemap.xml",
        "robots.txt",
        "2fa-directory/index.html",
        "2fa-directory/no-2fa/index.html",
        "2fa-directory/weak-2fa/index.html",
        "2fa-directory/passkeys/index.html",
        "2fa-directory/everywhere/index.html",
        *(f"2fa-directory/{slug}/index.html" for slug in ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot")),
        *(f"2fa-directory/category/{name}/index.html" for name in ("banking", "cloud", "other", "travel")),
        *(f"2fa-directory/method/{method}/index.html" for method in METHODS),
        *(f"2fa-directory/region/{code}/index.html" for code in ("no", "us")),
        *(f"share-2fa-for/{slug}/index.html" for slug in ("alpha", "charlie", "foxtrot")),
    } <= files
    shares = {name for name in files if name.startswith("share-2fa-for/")}
    assert len(shares) == 3, "no share page without totp or sms"


def test_what_each_layer_says_is_on_the_page(tiny):
    tiny.write_curated("alpha", GUIDE)
    tiny.build()
    alpha = page(tiny, "/2fa-directory/alpha/")
    for text in ("Open <strong>Settings</strong>", "2026-02-01", "Because.", 'href="/methodology/#setup"'):
        assert text in alpha
    assert "Delta &amp; Søn" in page(tiny, "/2fa-directory/delta/")
    assert "Only for merchants." in page(tiny, "/2fa-directory/charlie/")
    assert "First Source" in alpha
    assert "Second Source" in alpha


def test_no_guide_at_all_and_a_single_service(tiny):
    tiny.write_snapshot([make_entry("one.example", "totp")])
    tiny.write_ledger({})
    assert tiny.build().code == 0
    assert "Second Source" not in page(tiny, "/2fa-directory/one/"), "a source that was never fetched has no credit"


def test_a_site_without_a_product_has_no_share_pages(tiny):
    tiny.write("content/site.yaml", SITE[: SITE.index("product:")] + SITE[SITE.index("repository:") :])
    assert tiny.build().code == 0
    assert not (tiny.site / "share-2fa-for").exists()
    assert not any("Sharer" in text for text in html_of(tiny).values())


def test_sample_is_said_on_every_page_and_real_data_never(tiny):
    tiny.build()
    assert not any("sample data" in text.lower() for text in html_of(tiny).values())
    tiny.forget_snapshot()
    assert tiny.build().code == 0
    pages = html_of(tiny)
    assert [name for name, text in pages.items() if "sample data" not in text.lower()] == []
    assert not any("First Source" in text for text in pages.values())
    assert "2fa-directory/alpha/index.html" not in pages


def test_unknown_words_upstream_are_shown(tiny):
    new = make_entry("new.example", "telepathy", "totp", keywords=["deep_space"], regions=["zz"])
    tiny.write_snapshot([*ENTRIES.values(), new], PASSKEYS)
    outcome = tiny.build()
    assert outcome.code == 0
    assert "[unknown-method]" in outcome.err
    text = page(tiny, "/2fa-directory/new/")
    assert "Other (telepathy)" in text
    assert (tiny.site / "2fa-directory" / "category" / "deep-space" / "index.html").is_file()
    assert (tiny.site / "2fa-directory" / "region" / "zz" / "index.html").is_file()


def test_nothing_in_the_data_becomes_markup(tiny):
    evil = make_entry(
        "evil.example",
        "totp",
        "custom-software",
        name="<script>alert(1)</script>",
        notes="</script><img src=x onerror=alert(2)>",
        custom_software=["\"><b onload='x'>"],
        documentation="https://evil.example/?a=1&b='2'",
    )
    tiny.write_snapshot([*ENTRIES.values(), evil], PASSKEYS)
    assert tiny.build().code == 0
    for text in html_of(tiny).values():
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "<b onload" not in text


# --- Links and addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base_url", ["https://host.example", "https://host.example/deep/path"])
def test_every_link_leads_somewhere(tiny, base_url):
    tiny.write_curated("alpha", GUIDE)
    tiny.write_curated("bravo", "domain: bravo.example\nfaq: [{question: Why?, answer: 'See [x](/faq/).'}]\n")
    assert tiny.build("--base-url", base_url).code == 0
    base = base_url.removeprefix("https://host.example")
    files = read_tree(tiny.site)
    seen = 0
    for name, text in html_of(tiny).items():
        for target in HREF.findall(text):
            if target.startswith(("https:", "mailto:", "#")):
                continue
            assert target.startswith(f"{base}/"), f"{name}: {target}"
            path = target.removeprefix(base).partition("#")[0].partition("?")[0]
            assert (path + "index.html" if path.endswith("/") else path).lstrip("/") in files, f"{name}: {target}"
            seen += 1
    assert seen > 100


def test_base_url_stands_in_everything_that_needs_a_whole_address(tiny):
    tiny.build("--base-url", "https://host.example/deep/")
    assert 'rel="canonical" href="https://host.example/deep/2fa-directory/alpha/"' in page(
        tiny, "/2fa-directory/alpha/"
    )
    assert "https://host.example/deep/2fa-directory/alpha/" in (tiny.site / "sitemap.xml").read_text()
    assert "https://host.example/deep/sitemap.xml" in (tiny.site / "robots.txt").read_text()
    assert not any(b"tiny.example" in data for data in read_tree(tiny.site).values())


GONE = {
    "removed.example": Row(
        slug="removed",
        since=FIRST_DAY,
        share=True,
        gone=Gone(how="removed", date="2026-02-01", record=make_entry("removed.example", "sms", name="Removed")),
    ),
    "moved.example": Row(
        slug="moved", since=FIRST_DAY, share=True, gone=Gone(how="moved", date="2026-02-01", to="between.example")
    ),
    "between.example": Row(
        slug="between", since=FIRST_DAY, gone=Gone(how="merged", date="2026-02-02", to="alpha.example")
    ),
    "mergedbravo.example": Row(
        slug="mergedbravo", since=FIRST_DAY, share=True, gone=Gone(how="merged", date="2026-02-02", to="bravo.example")
    ),
    "toremoved.example": Row(
        slug="toremoved", since=FIRST_DAY, gone=Gone(how="moved", date="2026-01-20", to="removed.example")
    ),
}


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/2fa-directory/moved/", "/2fa-directory/alpha/"),
        ("/2fa-directory/between/", "/2fa-directory/alpha/"),
        ("/share-2fa-for/moved/", "/share-2fa-for/alpha/"),
        ("/2fa-directory/mergedbravo/", "/2fa-directory/bravo/"),
        ("/share-2fa-for/mergedbravo/", "/2fa-directory/bravo/"),
        ("/share-2fa-for/removed/", "/2fa-directory/removed/"),
        ("/2fa-directory/toremoved/", "/2fa-directory/removed/"),
        ("/share-2fa-for/delta/", "/2fa-directory/delta/"),
    ],
)
def test_old_addresses_lead_straight_to_the_last_owner(tiny, path, target):
    rows = make_rows(ENTRIES) | GONE
    rows["delta.example"] = Row(slug="delta", since=FIRST_DAY, share=True)
    tiny.write_ledger(rows)
    assert tiny.build("--base-url", "https://host.example/base").code == 0
    text = page(tiny, path)
    assert f'rel="canonical" href="https://host.example/base{target}"' in text
    assert f'href="/base{target}"' in text
    assert path not in (tiny.site / "sitemap.xml").read_text()


def test_a_removed_service_keeps_a_page_that_says_so(tiny):
    tiny.write_ledger(make_rows(ENTRIES) | GONE)
    tiny.build()
    text = page(tiny, "/2fa-directory/removed/")
    assert "was removed" in text
    assert "2026-02-01" in text
    assert "/2fa-directory/removed/" not in page(tiny, "/2fa-directory/")


def test_a_list_that_became_empty_stays(tiny):
    lists = ["/2fa-directory/category/food/", "/2fa-directory/method/telepathy/", "/2fa-directory/region/fr/"]
    tiny.write_ledger(make_rows(ENTRIES), lists)
    assert tiny.build().code == 0
    for path in lists:
        assert page(tiny, path)


@pytest.mark.parametrize("lost", ["/old-page/", "/2fa-directory/rankings/"])
def test_a_lost_address_stops_the_build(tiny, lost):
    tiny.build()
    before = stamp_tree(tiny.root)
    tiny.write_ledger(make_rows(ENTRIES), [lost])
    outcome = tiny.build()
    assert outcome.code == 5
    assert lost in outcome.err
    before.pop("data/ledger.json")
    after = stamp_tree(tiny.root)
    assert {name: after.get(name) for name in before} == before


# --- The same bytes everywhere ----------------------------------------------------------------------------------------


def rewrite_shuffled(project: Project, seed: int) -> None:
    """Write every input anew in another order, so that the file system lists them differently."""
    files = [(path, path.read_bytes()) for path in project.root.rglob("*") if path.is_file()]
    shutil.rmtree(project.root)
    random.Random(seed).shuffle(files)
    for path, data in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_two_builds_are_equal_byte_for_byte(tmp_path):
    """Whatever the time zone, the language, the hash seed, the folder, and the order in which files were made."""
    results = []
    for number, env in enumerate(
        (
            {"TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"},
            {
                "TZ": "Pacific/Kiritimati",
                "LC_ALL": "C",
                "LANG": "tr_TR.UTF-8",
                "PYTHONHASHSEED": "1",
                "PYTHONUTF8": "0",
            },
            {"TZ": "America/Los_Angeles", "LC_ALL": "POSIX", "LANGUAGE": "de", "PYTHONHASHSEED": "4242"},
        )
    ):
        root = tmp_path / ("a" * (number + 1)) / "project"
        root.mkdir(parents=True)
        project = make_project(root)
        for slug in ("alpha", "bravo", "own", "charlie"):
            more = "name: Own\ncategories: [cloud, travel]\nmethods: [sms, totp]\n" if slug == "own" else ""
            project.write_curated(slug, f"domain: {slug}.example\n{more}aliases: [Old {slug}]\n")
        project.write_ledger(make_rows(ENTRIES) | GONE)
        rewrite_shuffled(project, number)
        outcome = run_process("--root", root, "build", "--date", TODAY, env=env)
        assert outcome.code == 0, outcome.err
        results.append(read_tree(project.site))
    for other in results[1:]:
        assert sorted(other) == sorted(results[0])
        assert [name for name in other if other[name] != results[0][name]] == []


def test_the_day_of_the_build_is_on_no_page(tiny):
    tiny.write_curated("alpha", GUIDE)
    tiny.build(today="2026-03-01")
    first = read_tree(tiny.site)
    tiny.build(today="2026-03-02")
    assert read_tree(tiny.site) == first
    tiny.build(today="2027-02-02")
    changed = {name for name, data in read_tree(tiny.site).items() if data != first.get(name)}
    assert "2fa-directory/alpha/index.html" in changed, "verified more than a year ago"
    assert "2fa-directory/bravo/index.html" not in changed


def test_records_in_another_order_are_the_same_site(tiny):
    tiny.build()
    first = read_tree(tiny.site)
    tiny.write("data/2fa-directory.json", json.dumps(list(ENTRIES.values())[::-1]))
    tiny.build()
    assert read_tree(tiny.site) == first


# --- What goes wrong --------------------------------------------------------------------------------------------------

FOOTER = "templates/partials/footer.html"

#: Name → the file, what stands in it, what the error names.
BREAKAGES: dict[str, tuple[str, str | bytes, str]] = {
    "guide": ("content/services/alpha.yaml", "domain: alpha.example\nx: y\n", "content/services/alpha.yaml:2:1"),
    "guide of nobody": ("content/services/x.yaml", "domain: nobody.net\n", "content/services/x.yaml:1:1"),
    "guide from the future": (
        "content/services/alpha.yaml",
        GUIDE.replace("2026-02-01", "2099-01-01"),
        "content/services/alpha.yaml:2:12",
    ),
    "settings": ("content/site.yaml", SITE + "x: y\n", "content/site.yaml:18:1"),
    "sources": ("content/sources.yaml", "[", "content/sources.yaml"),
    "names": ("content/regions.yaml", "no: Norway\n", "content/regions.yaml:1:1"),
    "page of text": ("content/pages/methodology.md", "no heading", "content/pages/methodology.md:1:1"),
    "dead link in a text": ("content/pages/attribution.md", "# A\n\n[x](/nowhere/)\n", "attribution/index.html"),
    "dead anchor in a text": ("content/pages/attribution.md", "# A\n\n[x](/faq/#nowhere)\n", "attribution/index.html"),
    "undefined name": (FOOTER, "\n{{ nonsense }}", f"{FOOTER}:2:1"),
    "undefined field": (FOOTER, "{{ site.nonsense }}", f"{FOOTER}:1:1"),
    "syntax of a template": (FOOTER, "{% if %}", f"{FOOTER}:1:1"),
    "unknown filter": (FOOTER, "{{ site.title|x }}", f"{FOOTER}:1:1"),
    "missing template": (
        FOOTER,
        '{% include "x.html" %}',
        f"{FOOTER}:1",
    ),
    "sum in a template": (
        FOOTER,
        "{{ 1 + site.title }}",
        f"{FOOTER}:1:1",
    ),
    "template without end": (
        FOOTER,
        '{% include "partials/footer.html" %}',
        f"{FOOTER}:1:1",
    ),
    "template in Latin-1": (FOOTER, b"\xe9", "not UTF-8"),
    "dead link in a template": (FOOTER, '<a href="/nowhere/">', "leads nowhere"),
    "snapshot": ("data/2fa-directory.json", "{", "data/2fa-directory.json"),
    "snapshot without records": ("data/2fa-directory.json", "[]", "data/2fa-directory.json"),
    "shape of the snapshot": ("data/2fa-directory.json", "{}", "data/2fa-directory.json"),
    "record of the snapshot": ("data/2fa-directory.json", '[["One", {}]]', "data/2fa-directory.json"),
    "passkeys": ("data/passkeys.json", "[]", "data/passkeys.json"),
    "ledger": ("data/ledger.json", b"\xff", "data/ledger.json"),
    "history": ("data/events.jsonl", "{}", "data/events.jsonl"),
    "metadata": ("data/2fa-directory.meta.json", "", "data/2fa-directory.meta.json"),
}


@pytest.mark.parametrize("case", BREAKAGES)
def test_a_broken_input_leaves_the_site_as_it_was(tiny, case):
    name, broken, shown = BREAKAGES[case]
    assert tiny.build().code == 0
    tiny.write(name, broken)
    before = stamp_project(tiny)
    outcome = tiny.build()
    assert outcome.code == 5
    assert shown in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.out == ""
    assert stamp_project(tiny) == before


@pytest.mark.parametrize("lost", ["templates", "templates/pages", "templates/pages/service.html", "templates/layouts"])
@pytest.mark.parametrize("is_clean", [False, True])
def test_templates_that_are_gone_are_named(tiny, lost, is_clean):
    tiny.build()
    place = tiny.root / lost
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    before = stamp_project(tiny)
    outcome = tiny.build(*["--clean"] * is_clean)
    assert outcome.code == 5
    assert re.match(r"templates/pages/\w+\.html(:1:1)?: error: there is no template (pages|layouts)/", outcome.err)
    assert "Traceback" not in outcome.err
    assert stamp_project(tiny) == before


def stamp_project(project: Project) -> dict[str, Any]:
    """Return the stamp of every file but the caches and the tree that the next release is made from."""
    return {
        name: stamp for name, stamp in stamp_tree(project.root).items() if not name.startswith((".twofa/", ".site."))
    }


def test_no_project_no_site(tmp_path):
    (tmp_path / "content").mkdir()
    project = Project(root=tmp_path)
    outcome = project.build()
    assert outcome.code == 2
    assert "content/site.yaml" in outcome.err
    assert read_tree(tmp_path) == {}


@pytest.mark.parametrize("out", ["content", "data", "templates", ".", "content/site.yaml"])
def test_nothing_of_the_project_is_replaced(tiny, out):
    before = stamp_tree(tiny.root)
    outcome = tiny.build("--out", tiny.root / out)
    assert outcome.code == 2
    after = stamp_tree(tiny.root)
    assert {name: after.get(name) for name in before} == before


def test_a_strange_folder_is_not_replaced(tiny, tmp_path):
    thesis = tmp_path / "home" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of work")
    for out in (thesis.parent, thesis.parent / "new" / ".."):
        outcome = tiny.build("--out", out)
        assert outcome.code == 2
        assert "--out" in outcome.err
        assert read_tree(thesis.parent) == {"thesis.txt": b"years of work"}


def test_another_build_is_running(tiny):
    for title in ("Older", "Newer"):
        tiny.write("content/site.yaml", SITE.replace("Tiny directory", title))
        tiny.build()
    before = stamp_tree(tiny.site)
    with hold_lock(tiny.root / ".site.lock", "build"):
        for arguments in ((), ("--clean",), ("--rollback",)):
            outcome = tiny.build(*arguments)
            assert (outcome.code, outcome.out) == (75, "")
            assert "another build is running" in outcome.err
    assert stamp_tree(tiny.site) == before
    assert tiny.build().code == 0


def test_a_full_disk(tiny):
    """Files may not grow beyond a few bytes, as on a disk with no space."""
    tiny.build()
    tiny.write("content/site.yaml", SITE.replace("Tiny directory", "Another title"))
    before = stamp_tree(tiny.site)
    script = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))"
    outcome = run_process("--root", tiny.root, "build", "--json", script=script)
    assert outcome.code == 6, outcome.err
    assert outcome.out == ""
    assert "could not be written" in outcome.err
    assert "Traceback" not in outcome.err
    assert stamp_tree(tiny.site) == before
    assert leftovers(tiny.root) == []


@pytest.mark.parametrize("out", ["/proc/self/site", "x" * 300, "file/site"])
def test_a_place_that_can_not_be_written(tiny, tmp_path, out):
    (tmp_path / "file").write_text("here")
    outcome = tiny.build("--out", tmp_path / out)
    assert outcome.code == 6
    assert "Traceback" not in outcome.err


def test_no_place_for_what_builds_keep(tiny):
    tiny.write(".twofa", "a file")
    outcome = tiny.build()
    assert outcome.code == 6
    assert f"{tiny.root}/.twofa/outputs" in outcome.err


def test_no_place_for_the_lock(tiny):
    (tiny.root / ".site.lock").mkdir()
    outcome = tiny.build()
    assert outcome.code == 6
    assert f"{tiny.root}/.site.lock: the lock can't be made (Is a directory)" in outcome.err


# --- Killed -----------------------------------------------------------------------------------------------------------

#: Ends the process, as the kernel would, before its operation number {at} on the output or a folder beside it; a
#: process that lives prints the names of all operations.
KILL = """
import atexit, os, signal
done = []
WRITING = {{"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.chmod", "os.utime"}}
def hook(event, args):
    if event == "open":
        if not args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
    elif event not in WRITING:
        return
    # Names without a slash in front are relative to the stage.
    if str(args[0]).startswith("/") and "site" not in str(args[0]):
        return
    done.append(event)
    if len(done) == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
atexit.register(lambda: print("operations:", *done, file=sys.stderr))
"""


def leftovers(folder: Path) -> list[str]:
    known = {"content", "data", "templates", "site", ".site.previous", ".site.next", ".site.lock", ".twofa"}
    return sorted(path.name for path in folder.iterdir() if path.name not in known)


@pytest.mark.thorough
def test_a_killed_build_leaves_the_old_site_or_the_new_one(tiny):
    """At some of the moments at which it writes, the first and the last ones among them."""
    run = ("--root", tiny.root, "build", "--date", TODAY)
    assert run_process(*run).code == 0
    old = read_tree(tiny.site)
    tiny.write("content/site.yaml", SITE.replace("Tiny directory", "Another title"))
    kept = tiny.root.with_name("kept")
    shutil.copytree(tiny.root, kept, symlinks=True)
    whole = run_process(*run, script=KILL.format(at=0))
    assert whole.code == 0, whole.err
    new = read_tree(tiny.site)
    assert old != new
    for moment in find_moments(whole.err):
        shutil.rmtree(tiny.root)
        shutil.copytree(kept, tiny.root, symlinks=True)
        assert run_process(*run, script=KILL.format(at=moment)).code == -9
        assert read_tree(tiny.site) in (old, new), f"killed before operation {moment}"
        again = tiny.build()
        assert again.code == 0, again.err
        assert read_tree(tiny.site) == new
        assert leftovers(tiny.root) == []


def find_moments(printed: str) -> list[int]:
    """Return the operations before which a kill tells most: each rename, and the edges of the writing."""
    operations = printed.partition("operations: ")[2].split()
    numbers = {name: [at for at, other in enumerate(operations, 1) if other == name] for name in operations}
    moments = {1, len(operations) // 2, len(operations), numbers["open"][-1], *numbers.get("os.rename", ())}
    moments |= {at + 1 for at in (numbers["open"][-1], *numbers.get("os.rename", ()))}
    return sorted(moment for moment in moments if moment <= len(operations))
