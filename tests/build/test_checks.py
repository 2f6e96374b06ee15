"""Nothing points nowhere, and no address is lost."""

import pytest

from generator.build.checks import check_output, find_dead_links, find_lost_addresses
from generator.errors import InvalidError
from generator.formats.ledger import Gone, Ledger, Row

PATHS = {"/", "/faq/", "/404.html", "/assets/style.css", "/2fa-directory/one/"}


def find(html: str, *, path: str = "/", base_path: str = "", others: dict[str, bytes] | None = None) -> list[str]:
    """Return the messages on one page."""
    pages = {**(others or {}), path: html.encode()}
    return [problem.message for problem in find_dead_links(pages, PATHS, base_path)]


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
        ('<a href="/2fa-directory/one/#x">', "/2fa-directory/one/#x"),
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
    (problem,) = find_dead_links({"/faq/": b'<a href="/x/">'}, PATHS, "")
    assert (problem.path, problem.rule) == ("faq/index.html", "dead-link")


def test_lost_addresses():
    rows = {
        "one.example": Row(slug="one", since="2026-01-05"),
        "shared.example": Row(slug="shared", since="2026-01-05", share=True),
        "gone.example": Row(slug="gone", since="2026-01-05", gone=Gone(how="removed", date="2026-02-01")),
    }
    ledger = Ledger(services=rows, addresses=frozenset({"/faq/", "/stats/"}))
    assert find_lost_addresses(ledger, PATHS) == [
        "/2fa-directory/gone/",
        "/2fa-directory/shared/",
        "/share-2fa-for/shared/",
        "/stats/",
    ]


def test_output_without_a_fault():
    check_output({"/": b'<a href="/faq/">'}, PATHS, Ledger(), "")


@pytest.mark.parametrize(
    ("html", "addresses", "summary"),
    [
        ("", {"/x/"}, "the site was not published: 1 lost address"),
        ('<a href="/y/">', set(), "the site was not published: 1 dead link"),
        ('<a href="/y/"><a href="/z/">', {"/x/", "/w/"}, "the site was not published: 2 lost addresses, 2 dead links"),
    ],
)
def test_output_with_faults(html, addresses, summary):
    with pytest.raises(InvalidError) as error:
        check_output({"/": html.encode()}, PATHS, Ledger(addresses=frozenset(addresses)), "")
    assert error.value.message == summary
    assert len(error.value.problems) == len(addresses) + html.count("href")


def test_a_thousand_faults_are_counted_but_not_all_printed():
    html = "".join(f'<a href="/{number}/">' for number in range(1000))
    with pytest.raises(InvalidError, match="1000 dead links") as error:
        check_output({"/": html.encode()}, PATHS, Ledger(), "")
    assert len(error.value.problems) == 20
