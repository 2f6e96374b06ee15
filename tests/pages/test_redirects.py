"""Old addresses lead straight to the page of whoever owns them today."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.formats.ledger import Gone, Row
from tests.helpers import FIRST_DAY, make_entry, make_rows
from tests.pages.reading import Element, parse_page

if TYPE_CHECKING:
    from collections.abc import Mapping


def moved(to: str) -> Gone:
    return Gone(how="moved", date="2026-02-01", to=to)


def merged(to: str) -> Gone:
    return Gone(how="merged", date="2026-02-01", to=to)


def row(slug: str, gone: Gone | None = None, *, share: bool = False) -> Row:
    return Row(slug=slug, since=FIRST_DAY, share=share, gone=gone)


def build(project, entries, rows: Mapping[str, Row], *arguments) -> None:
    project.write_snapshot(entries)
    project.write_ledger(rows)
    outcome = project.build(*arguments)
    assert outcome.code == 0, outcome.err


def read(project, path: str) -> Element:
    return parse_page(project.read(f"site{path}index.html"))


def find_target(project, path: str) -> str | None:
    """Return where a page leads to at once; None where it is a page of its own."""
    metas = [meta.attributes for meta in read(project, path).find_all("meta")]
    targets = [meta["content"] for meta in metas if meta.get("http-equiv") == "refresh"]
    return targets[0].removeprefix("0; url=") if targets else None


NEW = make_entry("new.example", "totp")


@pytest.mark.parametrize("how", [moved, merged])
def test_an_old_address_leads_to_its_new_owner(tiny, how):
    build(tiny, [NEW], {"old.example": row("old", how("new.example")), "new.example": row("new")})
    assert find_target(tiny, "/2fa-directory/old/") == "/2fa-directory/new/"
    assert find_target(tiny, "/2fa-directory/new/") is None


def test_a_chain_leads_straight_to_its_end(tiny):
    rows = {
        "first.example": row("first", moved("second.example"), share=True),
        "second.example": row("second", merged("third.example"), share=True),
        "third.example": row("third", moved("new.example")),
        "new.example": row("new"),
    }
    build(tiny, [NEW], rows)
    for slug in ("first", "second", "third"):
        assert find_target(tiny, f"/2fa-directory/{slug}/") == "/2fa-directory/new/"
    for slug in ("first", "second"):
        assert find_target(tiny, f"/share-2fa-for/{slug}/") == "/share-2fa-for/new/"
    # The third never had a share page, so there is no address to keep.
    assert not (tiny.site / "share-2fa-for/third").exists()


def test_a_chain_may_end_at_a_service_that_was_removed(tiny):
    rows = {
        "old.example": row("old", moved("gone.example"), share=True),
        "gone.example": row("gone", Gone(how="removed", date="2026-02-02"), share=True),
        "new.example": row("new"),
    }
    build(tiny, [NEW], rows)
    for path in ("/2fa-directory/old/", "/share-2fa-for/old/", "/share-2fa-for/gone/"):
        assert find_target(tiny, path) == "/2fa-directory/gone/"
    assert read(tiny, "/2fa-directory/gone/").get(cls="answer").words == "Removed"


def test_a_moved_service_that_keeps_its_slug_needs_no_redirect(tiny):
    rows = {"new.example.org": row("new", moved("new.example"), share=True), "new.example": row("new")}
    build(tiny, [NEW], rows)
    assert find_target(tiny, "/2fa-directory/new/") is None
    assert find_target(tiny, "/share-2fa-for/new/") is None


def test_a_domain_that_returns_takes_its_address_back(tiny):
    old = make_entry("old.example", "totp", name="Old again")
    build(tiny, [NEW, old], {"old.example": row("old"), "new.example": row("new")})
    assert find_target(tiny, "/2fa-directory/old/") is None
    assert "Old again" in read(tiny, "/2fa-directory/old/").get("h1").words


@pytest.mark.parametrize(
    ("entry", "guide"),
    [
        (make_entry("new.example", "u2f"), None),
        (make_entry("new.example"), None),
        (
            make_entry("new.example", "totp"),
            """\
domain: new.example
sharing: {verdict: forbidden, source: "https://new.example/terms", checked: 2026-02-01}
""",
        ),
        (make_entry("new.example", "totp"), "domain: new.example\ndisputed: Two editors disagree.\n"),
    ],
    ids=["no method that can be shared", "no 2FA", "sharing forbidden", "disputed"],
)
def test_a_share_page_that_no_longer_applies_leads_to_the_page_of_its_service(tiny, entry, guide):
    if guide:
        tiny.write_curated("new", guide)
    build(
        tiny,
        [entry],
        {"new.example": row("new", share=True), "old.example": row("old", moved("new.example"), share=True)},
    )
    assert find_target(tiny, "/share-2fa-for/new/") == "/2fa-directory/new/"
    assert find_target(tiny, "/share-2fa-for/old/") == "/2fa-directory/new/"


def test_a_share_page_that_never_was_has_no_address(tiny):
    build(tiny, [make_entry("new.example", "u2f")], make_rows(["new.example"]))
    assert not (tiny.site / "share-2fa-for").exists()


def test_a_redirect_works_below_a_path_and_for_readers_too(tiny):
    entry = make_entry("new.example", "totp", name="New &amp; <Co>")
    rows = {"old.example": row("old", moved("new.example")), "new.example": row("new")}
    build(tiny, [entry], rows, "--base-url", "https://h.example/dir")
    assert find_target(tiny, "/2fa-directory/old/") == "/dir/2fa-directory/new/"
    page = read(tiny, "/2fa-directory/old/")
    assert page.get("main").words == "This page has moved Go on to the page on New & <Co>."
    assert page.get("main").get("a").attributes["href"] == "/dir/2fa-directory/new/"
    links = {link.attributes["rel"]: link.attributes["href"] for link in page.find_all("link")}
    assert links["canonical"] == "https://h.example/dir/2fa-directory/new/"
    assert "noindex" in [meta.attributes["content"] for meta in page.find_all("meta") if "content" in meta.attributes]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        # A ledger that leads nowhere: its owner is neither listed nor known.
        ({"old.example": row("old", moved("nobody.example"))}, "nobody.example, which has no row of its own"),
        # Two that lead to each other.
        (
            {"a.example": row("a", moved("b.example")), "b.example": row("b", moved("a.example"))},
            "a.example has become b.example, whose successors lead back to it",
        ),
    ],
)
def test_a_ledger_that_leads_nowhere_is_refused(tiny, rows, reason):
    tiny.write_snapshot([NEW])
    tiny.write_ledger({**rows, "new.example": row("new")})
    outcome = tiny.build()
    assert outcome.code == 5
    assert reason in outcome.err
    assert "data/ledger.json:" in outcome.err
    assert not tiny.site.exists()


def read_redirects(project) -> list[str]:
    text: str = project.read("site/_redirects")
    return text.splitlines()


def test_hosts_are_told_of_every_redirect_the_newest_first(tiny):
    rows = {
        "first.example": row("first", Gone(how="moved", date="2026-01-07", to="new.example"), share=True),
        "second.example": row("second", Gone(how="merged", date="2026-02-03", to="new.example")),
        "new.example": row("new"),
        "keys.example": row("keys", share=True),
    }
    build(tiny, [NEW, make_entry("keys.example", "u2f")], rows, "--base-url", "https://h.example/dir")
    assert read_redirects(tiny) == [
        "/dir/2fa-directory/second/ /dir/2fa-directory/new/ 301",
        "/dir/2fa-directory/first/ /dir/2fa-directory/new/ 301",
        "/dir/share-2fa-for/first/ /dir/share-2fa-for/new/ 301",
        # Editors and upstream change whether there is such a page without a date for it.
        "/dir/share-2fa-for/keys/ /dir/2fa-directory/keys/ 301",
    ]
    for line in read_redirects(tiny):
        path, target, _ = line.split(" ")
        assert find_target(tiny, path.removeprefix("/dir")) == target


def test_a_guide_that_ends_a_share_page_makes_a_redirect(tiny):
    rows = {"new.example": row("new", share=True)}
    tiny.write_curated("new", "domain: new.example\n")
    build(tiny, [NEW], rows)
    assert read_redirects(tiny) == []
    tiny.write_curated("new", "domain: new.example\ndisputed: Two editors disagree.\n")
    assert tiny.build().code == 0
    assert read_redirects(tiny) == ["/share-2fa-for/new/ /2fa-directory/new/ 301"]
