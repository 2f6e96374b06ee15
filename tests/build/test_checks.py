"""Nothing points nowhere, and no address is lost."""

import pytest

from generator.build.checks import Anchor, LinkChecker, find_lost_addresses, refuse, report_dead
from generator.build.links import SiteLinks
from generator.errors import InvalidError
from generator.formats.ledger import Gone, Ledger, Row

PATHS = {"/methodology/", "/", "/faq/", "/404.html", "/assets/style.css", "/2fa-directory/one/"}


def find(html: str, *, path: str = "/", base_path: str = "", others: dict[str, bytes] | None = None) -> list[str]:
    """Return the messages on one page; the ``others`` are kept as they were."""
    pages = {**(others or {}), path: html.encode()}
    checker = LinkChecker(PATHS, base_path)
    links = SiteLinks(checker, lambda place: pages.get(place, b""))
    new = {path: checker.check(path, pages[path])}
    problems, _ = links.find_dead(new, list(others or ()), (), has_lost_pages=False)
    return [problem.message for problem in problems]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/faq/">',
        '<a href="/">',
        '<a href="/faq/?x=1">',
        '<link href="/assets/style.css">',
        '<form action="/2fa-directory/one/">',
        '<a href="https://elsewhere.example/nothing">',
        '<a href="mailto:x@y.example">',
        '<p id="here"><a href="#here">',
        '<a href="/faq/#question">',
        '<p id="é"><a href="#é">',
        '<p data-href="/nowhere/">',
        # Whether that page has such a place depends on upstream.
        '<a href="/2fa-directory/one/#x">',
    ],
)
def test_good_links(html):
    assert find(html, others={"/faq/": b'<h2 id="question">'}) == []


@pytest.mark.parametrize(
    ("html", "href"),
    [
        ('<a href="/nowhere/">', "/nowhere/"),
        ('<a class="x" href="/faq">', "/faq"),
        ('<img src="/assets/gone.png">', "/assets/gone.png"),
        ('<script src="/assets/gone.js"></script>', "/assets/gone.js"),
        ('<form action="/search/">', "/search/"),
        ('<div data-index="/gone.json">', "/gone.json"),
        ('<a href="#nowhere">', "#nowhere"),
        ('<a href="/faq/#nowhere">', "/faq/#nowhere"),
        ('<a href="//elsewhere.example/">', "//elsewhere.example/"),
        ('<a href="/2fa-directory/nowhere/#x">', "/2fa-directory/nowhere/#x"),
    ],
)
def test_dead_links(html, href):
    assert find(html, others={"/faq/": b'<h2 id="question">'}) == [f"the link {href} leads nowhere"]


@pytest.mark.parametrize(
    ("href", "is_good"),
    [
        ("/base/faq/", True),
        ("/base/", True),
        ("/faq/", False),
        ("/base", False),
        ("/basement/faq/", False),
        ("/", False),
        ("/base/base/faq/", False),
    ],
)
def test_links_below_the_path_of_the_base_url(href, is_good):
    assert (find(f'<a href="{href}">', base_path="/base") == []) is is_good


def test_a_dead_link_names_its_page():
    problem = report_dead("/faq/", "/x/")
    assert (problem.path, problem.rule) == ("faq/index.html", "dead-link")
    assert problem.message == "the link /x/ leads nowhere"


# --- Pages that were kept ---------------------------------------------------------------------------------------------

KEPT = {"/faq/": b'<a href="/methodology/#setup">', "/": b'<a href="/2fa-directory/two/">'}
WANTED = [("/methodology/", "setup")]


def look_again(new: dict[str, bytes], *, has_lost_pages: bool = False) -> tuple[list[str], list[Anchor], bool]:
    """Return the messages, the anchors wanted from now on, and whether the kept pages were looked at."""
    checker = LinkChecker(PATHS, "")
    read: list[str] = []

    def note(path: str) -> bytes:
        read.append(path)
        return {**KEPT, **new}.get(path, b"")

    kept = [path for path in KEPT if path not in new]
    links = {path: checker.check(path, data) for path, data in new.items()}
    problems, wanted = SiteLinks(checker, note).find_dead(links, kept, WANTED, has_lost_pages=has_lost_pages)
    return [problem.message for problem in problems], wanted, not set(kept).isdisjoint(read)


def test_kept_pages_are_not_looked_at_while_what_they_link_to_stays():
    page = {"/methodology/": b'<h2 id="setup">New</h2><a href="/faq/">'}
    assert look_again(page) == ([], WANTED, False)


def test_an_anchor_that_goes_away_under_a_kept_page_is_noticed():
    messages, _, looked = look_again({"/methodology/": b'<h2 id="turn-on">New</h2>'})
    assert looked
    assert "the link /methodology/#setup leads nowhere" in messages


def test_a_page_that_goes_away_under_a_kept_page_is_noticed():
    messages, _, looked = look_again({"/404.html": b""}, has_lost_pages=True)
    assert looked
    assert sorted(messages) == [
        "the link /2fa-directory/two/ leads nowhere",
        "the link /methodology/#setup leads nowhere",
    ]


def test_an_anchor_that_no_page_wants_any_more_is_forgotten_when_all_are_looked_at():
    pages = {"/faq/": b"", "/": b"", "/methodology/": b"<p>"}
    assert look_again(pages)[:2] == ([], [])


def test_a_new_page_adds_the_anchors_that_it_wants():
    new = {"/": b'<a href="/faq/#more">', "/faq/": b'<h2 id="more"><a href="/methodology/#setup">'}
    new["/methodology/"] = b'<h2 id="setup">'
    assert look_again(new) == ([], [("/faq/", "more"), ("/methodology/", "setup")], False)


# --- Addresses --------------------------------------------------------------------------------------------------------


def test_lost_addresses():
    rows = {
        "one.example": Row(slug="one", since="2026-01-05"),
        "shared.example": Row(slug="shared", since="2026-01-05", share=True),
        "gone.example": Row(slug="gone", since="2026-01-05", gone=Gone(how="removed", date="2026-02-01")),
    }
    ledger = Ledger(services=rows, addresses=frozenset({"/faq/", "/stats/"}))
    assert [problem.message for problem in find_lost_addresses(ledger, PATHS)] == [
        f"the published address {path} would be lost"
        for path in ("/2fa-directory/gone/", "/2fa-directory/shared/", "/share-2fa-for/shared/", "/stats/")
    ]


def test_nothing_wrong_is_not_refused():
    refuse([])


@pytest.mark.parametrize(
    ("links", "addresses", "summary"),
    [
        (0, ["/x/"], "the site was not published: 1 lost address"),
        (1, [], "the site was not published: 1 dead link"),
        (2, ["/x/", "/w/"], "the site was not published: 2 lost addresses, 2 dead links"),
    ],
)
def test_what_is_wrong_is_refused_with_a_summary(links, addresses, summary):
    dead = [report_dead("/", f"/{number}/") for number in range(links)]
    lost = find_lost_addresses(Ledger(addresses=frozenset(addresses)), PATHS)
    with pytest.raises(InvalidError) as error:
        refuse([*dead, *lost])
    assert error.value.message == summary
    assert list(error.value.problems) == [*lost, *dead]


def test_a_thousand_faults_are_counted_but_not_all_printed():
    with pytest.raises(InvalidError, match="1000 dead links") as error:
        refuse(report_dead("/", f"/{number}/") for number in range(1000))
    assert len(error.value.problems) == 20
