"""``twofa verify``: who may be stamped with what, what is left alone, and what the page then says."""

from __future__ import annotations

import json
import os
import shutil
import stat
from typing import TYPE_CHECKING, Any

import pytest

from generator.formats.ledger import Gone, Row
from tests.helpers import (
    CHECKOUT,
    ENTRIES,
    FIRST_DAY,
    PASSKEYS,
    TODAY,
    Outcome,
    Project,
    make_entry,
    make_rows,
    run_process,
    stamp_tree,
)
from tests.pages.reading import parse_page

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCE = "https://alpha.example/help"

GUIDE = """\
domain: alpha.example
setup:
  source: https://alpha.example/help
  steps: [Opne settings.]
"""


def verify(project: Project, word: str, *more: str, by: str = "mk", source: str = SOURCE, date: str = TODAY) -> Outcome:
    return project.run("verify", word, "--by", by, "--source", source, "--date", date, *more)


def expect_refusal(project: Project, *arguments: str, code: int, said: Sequence[str] = (), **options: Any) -> None:
    """Run ``verify``, which must fail with a message and write nothing."""
    before = stamp_tree(project.content)
    outcome = verify(project, *arguments, **options)
    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.splitlines()[-1].startswith("twofa: ")
    assert all(words in outcome.err for words in said)
    assert stamp_tree(project.content) == before


def read_verification(project: Project, slug: str) -> str:
    """Build the site and return what the page says of the verification."""
    built = project.build()
    assert built.code == 0, built.err
    return (
        parse_page((project.site / f"2fa-directory/{slug}/index.html").read_bytes()).get("p", cls="verification").words
    )


# --- Stamps -----------------------------------------------------------------------------------------------------------


def test_stamp_holds_day_source_and_upstreams_methods(tiny):
    path = tiny.write_curated("alpha", GUIDE)
    outcome = verify(tiny, "alpha")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"content/services/alpha.yaml: stamped: {TODAY} by mk against {SOURCE}; u2f, totp, sms\n"
    stamp = f"verified:\n  date: {TODAY}\n  by: mk\n  source: {SOURCE}\n  methods: [u2f, totp, sms]\n"
    assert path.read_text() == GUIDE.replace("setup:", f"{stamp}setup:")
    assert tiny.check() == []


def test_tabs_that_a_check_lets_pass_stay(tiny):
    guide = GUIDE.replace(": ", ":\t").replace("setup:", "setup:\t# a\t")
    path = tiny.write_curated("alpha", guide)
    assert verify(tiny, "alpha").code == 0
    first, rest = guide.split("\n", 1)
    assert path.read_text().startswith(f"{first}\nverified:\n")
    assert path.read_text().endswith(f"\n{rest}")
    assert tiny.check() == []


@pytest.mark.parametrize(
    "word", ["alpha", "ALPHA", "alpha.example", "https://alpha.example/login", "Alpha", "/2fa-directory/alpha/"]
)
def test_service_may_be_named_in_any_way(tiny, word):
    tiny.write_curated("alpha", GUIDE)
    assert "stamped" in verify(tiny, word).out


def test_service_may_be_named_by_its_file(tiny, monkeypatch):
    tiny.write_curated("of-another-name", GUIDE)
    for word in (str(tiny.content / "services/of-another-name.yaml"), "content/services/of-another-name.yaml"):
        assert verify(tiny, word).code == 0
    monkeypatch.chdir(tiny.content / "services")
    assert verify(tiny, "of-another-name.yaml").code == 0


def test_same_stamp_again_changes_nothing(tiny):
    tiny.write_curated("alpha", GUIDE)
    verify(tiny, "alpha")
    before = stamp_tree(tiny.content)
    outcome = verify(tiny, "alpha")
    assert outcome.code == 0
    assert "has this stamp already" in outcome.out
    assert stamp_tree(tiny.content) == before


def test_day_is_today_unless_it_is_given(tiny):
    tiny.write_curated("alpha", GUIDE)
    assert tiny.run("verify", "alpha", "--by", "mk", "--source", SOURCE).code == 0
    stamped = tiny.read("content/services/alpha.yaml")
    assert tiny.run("check", "--json").json == {"problems": []}, "which also means that it is no day of the future"
    assert "date: 20" in stamped


def test_methods_are_those_before_an_override(tiny):
    override = "override: {methods: {remove: [sms], reason: It ended., source: 'https://alpha.example/news'}}\n"
    tiny.write_curated("alpha", GUIDE + override)
    verify(tiny, "alpha")
    assert "methods: [u2f, totp, sms]" in tiny.read("content/services/alpha.yaml")
    assert "Verified on" in read_verification(tiny, "alpha")


def test_methods_of_a_service_that_only_editors_list_are_its_own(tiny):
    tiny.write_snapshot(ENTRIES.values(), PASSKEYS | {"golf.example": {"passwordless": "allowed"}})
    tiny.write_curated("golf", "domain: golf.example\nname: Golf\ncategories: [other]\nmethods: [sms, totp]\n")
    verify(tiny, "golf")
    assert tiny.read("content/services/golf.yaml").endswith("  methods: [passkey, totp, sms]\n")
    assert "Verified on" in read_verification(tiny, "golf")


def test_service_without_a_guide_gets_a_file_with_the_stamp_alone(tiny):
    outcome = verify(tiny, "bravo")
    assert outcome.code == 0
    assert "new file" in outcome.out
    assert tiny.read("content/services/bravo.yaml").splitlines()[1:] == [
        "domain: bravo.example",
        "verified:",
        f"  date: {TODAY}",
        "  by: mk",
        f"  source: {SOURCE}",
        "  methods: []",
    ]
    assert tiny.check() == []
    assert "Verified on" in read_verification(tiny, "bravo")


def test_warnings_are_told_and_stop_nothing(tiny):
    tiny.write_curated("of-another-name", GUIDE)
    outcome = verify(tiny, "alpha")
    assert outcome.code == 0
    assert "1 warning remains: twofa check content/services/of-another-name.yaml" in outcome.out


# --- A stamp moves only by verify -------------------------------------------------------------------------------------


def test_edit_elsewhere_leaves_the_stamp_as_it_is(tiny):
    tiny.write_curated("alpha", GUIDE)
    verify(tiny, "alpha", date="2026-02-01")
    said = read_verification(tiny, "alpha")
    text = tiny.read("content/services/alpha.yaml")
    tiny.write_curated("alpha", text.replace("Opne", "Open"))
    assert read_verification(tiny, "alpha") == said
    assert "2026-02-01" in said
    assert "Open settings." in (tiny.site / "2fa-directory/alpha/index.html").read_text("utf-8")


def test_change_upstream_asks_for_a_review_until_the_next_stamp(tiny, tmp_path):
    tiny.write_curated("alpha", GUIDE)
    verify(tiny, "alpha", date="2026-02-01")
    assert read_verification(tiny, "alpha").startswith("Verified on")
    name, fields = ENTRIES["alpha.example"]
    changed = {**ENTRIES, "alpha.example": (name, {**fields, "tfa": ["totp", "u2f", "email"]})}
    (tmp_path / "all.json").write_text(json.dumps(list(changed.values())))
    assert tiny.run("fetch", "2fa-directory", "--from", tmp_path / "all.json", "--date", TODAY).code == 0
    assert "needs a review" in read_verification(tiny, "alpha")
    assert "; u2f, totp, email\n" in verify(tiny, "alpha").out
    said = read_verification(tiny, "alpha")
    assert said.startswith("Verified on")
    assert "needs a review" not in said


# --- Refusals ---------------------------------------------------------------------------------------------------------

GONE = {
    "golf.example": Row(slug="golf", since=FIRST_DAY, gone=Gone(how="moved", date=FIRST_DAY, to="alpha.example")),
    "india.example": Row(slug="india", since=FIRST_DAY, gone=Gone(how="removed", date=FIRST_DAY)),
}


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("alfa", 2, "did you mean alpha.example?"),
        ("alpha.test", 2, "did you mean alpha.example?"),
        ("zzzzzzzz.test", 2, "not listed"),
        ("", 2, "neither a domain"),
        ("content/services/none.yaml", 2, "neither a domain"),
        ("delta.example.org", 2, "delta.example"),
        ("golf", 5, "has become alpha.example"),
        ("india.example", 5, "no longer listed"),
    ],
)
def test_only_a_listed_service_is_stamped(tiny, word, code, said):
    tiny.write_ledger(make_rows(ENTRIES) | GONE)
    expect_refusal(tiny, word, code=code, said=[said])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"by": ""}, ["--by"]),
        ({"by": " "}, ["--by"]),
        ({"by": "a\nb"}, ["--by"]),
        ({"by": "a\u2028b"}, ["--by"]),
        ({"by": "\x07"}, ["--by"]),
        ({"source": "https://bit.ly/3xYz"}, ["--source", "shortener"]),
        ({"by": "m" * 501}, ["--by"]),
        ({"source": "http://alpha.example/help"}, ["--source", "https://alpha.example/help"]),
        ({"source": "alpha.example"}, ["--source"]),
        ({"source": "https://alpha.example/a b"}, ["--source"]),
        ({"source": ""}, ["--source"]),
        ({"date": "2999-01-01"}, ["--date 2999-01-01", "future"]),
        ({"date": "9999-01-01"}, ["--date", "2999"]),
        ({"source": "https://example.com/help"}, ["--source", "example"]),
        ({"by": "WHO"}, ["--by", "example"]),
        ({"date": "1999-12-31"}, ["--date", "2000"]),
        ({"date": "2026-02-30"}, []),
        ({"date": "2026-01-31"}, ["2026-02-01", "2026-01-31"]),
    ],
)
def test_stamp_that_can_not_be_right_is_refused(tiny, options, said):
    tiny.write_curated("alpha", GUIDE)
    verify(tiny, "alpha", date="2026-02-01")
    before = stamp_tree(tiny.content)
    outcome = verify(tiny, "alpha", **options)
    assert (outcome.code, outcome.out) == (2, "")
    assert all(words in outcome.err for words in said)
    assert "Traceback" not in outcome.err
    assert stamp_tree(tiny.content) == before


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"{GUIDE}steps: []\n", "unknown-key"),
        (f"{GUIDE}faq: [\n", "syntax"),
        (f"{GUIDE}sharing: {{verdict: forbidden, source: '{SOURCE}', checked: 2999-01-01}}\n", "future-date"),
        (f"{GUIDE}account: nobody.test\n", "unlisted-domain"),
        ("", "empty-file"),
        (b"\xff\xfe", "not-utf-8"),
        (f"{GUIDE}verified: {{date: 2026-01-01, by: mk, source: '{SOURCE}'}}\n", "missing-key"),
    ],
)
@pytest.mark.parametrize("word", ["alpha", "content/services/alpha.yaml"])
def test_file_with_errors_is_refused_with_its_problems(tiny, text, rule, word):
    tiny.write_curated("alpha", text)
    expect_refusal(tiny, word, code=5, said=["content/services/alpha.yaml", f"[{rule}]"])


@pytest.mark.parametrize(
    ("methods", "said"),
    [
        ("[totp,  # sms ended\n    sms]", "a comment inside verified: would be lost"),
        ("{methods}", "no place for the stamp was found"),
    ],
)
def test_stamp_without_a_place_is_printed_to_be_pasted(tiny, methods, said):
    """A comment that would be lost, and a key in a form that nobody expects; both files are valid."""
    old = f"verified:\n  date: 2026-01-01\n  by: mk\n  source: {SOURCE}\n  methods: {methods}\n"
    old = old.replace("methods: {methods}", "? methods\n  : - sms")
    tiny.write_curated("alpha", GUIDE + old)
    expect_refusal(tiny, "alpha", code=5, said=[said])
    block = verify(tiny, "alpha").err.rpartition("twofa: ")[0]
    tiny.write_curated("alpha", GUIDE + block)
    assert f"has this stamp already: {TODAY} by mk" in verify(tiny, "alpha").out


def test_errors_in_other_files_stop_nothing(tiny):
    tiny.write_curated("alpha", GUIDE)
    tiny.write_curated("bravo", "domain: 3\n")
    assert verify(tiny, "alpha").code == 0


def test_second_file_for_the_same_service_is_refused(tiny):
    tiny.write_curated("alpha", GUIDE)
    tiny.write_curated("beta", GUIDE)
    expect_refusal(tiny, "alpha", code=5, said=["[two-files]"])


def test_file_of_another_service_is_never_taken(tiny):
    tiny.write_curated("bravo", GUIDE)
    expect_refusal(tiny, "bravo.example", code=5, said=["content/services/bravo.yaml"])


def test_orphaned_guide_is_refused_with_what_became_of_its_service(tiny):
    tiny.write_ledger(make_rows(ENTRIES) | GONE)
    tiny.write_curated("golf", "domain: golf.example\n")
    expect_refusal(tiny, "content/services/golf.yaml", code=5, said=["[orphaned]", "alpha.example"])


def test_guide_that_the_sample_leaves_aside_is_refused(tiny):
    tiny.forget_snapshot()
    tiny.write_curated("alpha", GUIDE)
    expect_refusal(tiny, "alpha.example", code=5, said=["sample data"])


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (make_entry("alpha.example", "totp", "matrix"), "matrix"),
        (make_entry("alpha.example", "totp", damaged=True), "damaged"),
    ],
)
def test_record_that_nobody_can_compare_with_is_refused(tiny, entry, said):
    tiny.write_snapshot([entry])
    tiny.write_curated("alpha", GUIDE)
    expect_refusal(tiny, "alpha", code=5, said=[said])


# --- On disk ----------------------------------------------------------------------------------------------------------


def test_mode_of_the_file_is_kept(tiny):
    path = tiny.write_curated("alpha", GUIDE)
    path.chmod(0o664)
    verify(tiny, "alpha")
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


def test_link_inside_the_project_stays_one(tiny):
    target = tiny.write("content/kept/alpha.yaml", GUIDE)
    path = tiny.content / "services/alpha.yaml"
    path.symlink_to(os.path.relpath(target, path.parent))
    assert verify(tiny, "alpha").code == 0
    assert path.is_symlink()
    assert "verified:" in target.read_text()


def test_link_out_of_the_project_is_refused(tiny, tmp_path):
    outside = tmp_path / "alpha.yaml"
    outside.write_text(GUIDE)
    (tiny.content / "services/alpha.yaml").symlink_to(outside)
    expect_refusal(tiny, "alpha", code=5, said=["[link-outside]"])
    assert outside.read_text() == GUIDE


# --- From nothing to a verified page ----------------------------------------------------------------------------------


def test_from_a_new_file_to_a_verified_page(tmp_path):
    project = Project(root=tmp_path / "project")
    for folder in ("content", "templates", "data/sample"):
        shutil.copytree(CHECKOUT / folder, project.root / folder)

    def run(*arguments: str) -> str:
        outcome = run_process(*arguments, cwd=project.root)
        assert (outcome.code, outcome.err) == (0, "")
        return outcome.out

    name = "content/services/hetzner.yaml"
    assert run("new", "hetzner.com").startswith(f"{name}: ")
    text = project.read(name)
    start = text.index("# recovery:")
    recovery = text[start : text.index("\n\n", start)]
    edited = text.replace(recovery, "recovery:\n  notes: Ask the *support*.  # seen by mk")
    project.write(name, edited)
    assert run("check", name) == "No problems.\n"
    assert f"{name}: stamped: {TODAY}" in run("verify", "hetzner", "--by", "mk", "--source", SOURCE, "--date", TODAY)
    stamp = project.read(name)
    assert stamp.replace(stamp[stamp.index("verified:") : stamp.index("\n\n")], "").replace("\n\n\n", "\n\n") == edited
    run("build", "--date", TODAY)
    said = parse_page((project.site / "2fa-directory/hetzner/index.html").read_bytes()).words
    assert f"Verified on {TODAY} by mk against its source." in said
    assert "Ask the support." in said
