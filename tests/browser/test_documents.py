"""What every page is as a document: its head, its headings, its landmarks, its links; no browser needed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.pages.reading import Element, parse_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@pytest.fixture(scope="module")
def documents(site) -> dict[str, Element]:
    return {path: parse_page(site.read(path)) for path in site.paths}


def find_metas(page: Element, key: str, name: str) -> list[str]:
    return [meta.attributes["content"] for meta in page.find_all("meta") if meta.attributes.get(key) == name]


def find_links(page: Element, rel: str) -> list[str]:
    return [link.attributes["href"] for link in page.find_all("link") if link.attributes.get("rel") == rel]


def check_language(page: Element) -> Iterator[str]:
    if page.get("html").attributes.get("lang") != "en":
        yield "no language"


def check_head(page: Element) -> Iterator[str]:
    if [title.words for title in page.find_all("title")] != [page.get("title").words] or not page.get("title").words:
        yield "not one title"
    if len(find_metas(page, "name", "description")) != 1 or not find_metas(page, "name", "description")[0].strip():
        yield "not one description"
    if find_metas(page, "name", "viewport") != ["width=device-width, initial-scale=1"]:
        yield "not one viewport that lets the reader zoom"


def check_headings(page: Element) -> Iterator[str]:
    levels = [int(element.tag[1]) for element in page.find_all() if element.tag in HEADINGS]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"not one h1 before all other headings: {levels}"
    if any(lower > upper + 1 for upper, lower in pairwise(levels)):
        yield f"a level of headings is left out: {levels}"
    if any(not element.words for element in page.find_all() if element.tag in HEADINGS):
        yield "an empty heading"


def check_landmarks(page: Element) -> Iterator[str]:
    for tag in ("main", "header", "footer"):
        if len([found for found in page.get("body").find_all(tag) if tag == "main" or is_outermost(page, found)]) != 1:
            yield f"not one {tag}"
    names = [nav.attributes.get("aria-label") for nav in page.find_all("nav")]
    if not all(names) or len(set(names)) != len(names):
        yield f"navigations that can't be told apart: {names}"


def is_outermost(page: Element, element: Element) -> bool:
    return any(child is element for child in page.get("body").children)


def check_ids(page: Element) -> Iterator[str]:
    ids = Counter(element.attributes["id"] for element in page.find_all() if "id" in element.attributes)
    yield from (f"the id {name!r} is there {count} times" for name, count in ids.items() if count > 1 or not name)


def check_links(page: Element) -> Iterator[str]:
    for link in page.find_all("a"):
        if link.find("a"):
            yield f"a link inside the link {link.words!r}"
        if not link.words:
            yield f"a link without words to {link.attributes.get('href')}"
        href = link.attributes.get("href", "")
        if not href.startswith(("/", "#", "https://", "http://", "mailto:")):
            yield f"{link.words!r} leads to {href!r}"
        if href.startswith("#") and not page.find(id=href[1:]):
            yield f"{link.words!r} leads to a place that is not on the page, {href!r}"


def check_images(page: Element) -> Iterator[str]:
    for image in page.find_all("img"):
        if "alt" not in image.attributes or not image.attributes.get("src", "").startswith("/"):
            yield f"an image without alt text or from elsewhere: {image.attributes}"


def check_controls(page: Element) -> Iterator[str]:
    labelled = {label.attributes.get("for") for label in page.find_all("label") if label.words}
    for control in page.find_all():
        if control.tag in {"input", "select", "textarea"} and control.attributes.get("id", control.tag) not in labelled:
            yield f"no label for {control.attributes}"
        if control.tag in {"button", "summary"} and not control.words:
            yield f"a {control.tag} without words"


def check_lists(page: Element) -> Iterator[str]:
    for element in page.find_all():
        if element.tag in {"ul", "ol", "dl"}:
            allowed = {"dt", "dd"} if element.tag == "dl" else {"li"}
            strays = [child for child in element.children if isinstance(child, Element) and child.tag not in allowed]
            if strays or any(isinstance(child, str) and child.strip() for child in element.children):
                yield f"a {element.tag} holds more than its items"


def check_blocks(page: Element) -> Iterator[str]:
    """A parser would close a paragraph before a block that stands in it."""
    blocks = {"p", "ul", "ol", "dl", "section", "details", "blockquote", "table", "pre", *HEADINGS}
    for paragraph in page.find_all("p"):
        inside = {element.tag for element in paragraph.find_all()} & blocks
        if inside:
            yield f"{inside} inside a paragraph"


CHECKS = (
    check_language,
    check_head,
    check_headings,
    check_landmarks,
    check_ids,
    check_links,
    check_images,
    check_controls,
    check_lists,
    check_blocks,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_page_is_in_order(documents: dict[str, Element], check: Callable[[Element], Iterator[str]]) -> None:
    assert {path: found for path, page in documents.items() if (found := list(check(page)))} == {}


BROKEN = """<html><head><title></title><meta name="viewport" content="width=device-width, user-scalable=no"></head>
<body><nav></nav><nav aria-label="Main"></nav>
<main><h2>Two</h2><h4></h4><p id="x">a<ul><li>b</li>c</ul></p><p id="x"></p><input id="q"><button></button>
<a href="javascript:x">a<a href="/">b</a></a> <a href="/"></a><img src="https://elsewhere.example/logo.png"></main>
<main></main></body></html>"""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_each_check_finds_what_is_broken(check: Callable[[Element], Iterator[str]]) -> None:
    assert list(check(parse_page(BROKEN)))


def test_titles_are_unique(site, documents: dict[str, Element]) -> None:
    titles = Counter(page.get("title").words for path, page in documents.items() if path not in site.redirects)
    assert [title for title, count in titles.items() if count > 1] == []


def test_each_page_names_its_own_address(site, documents: dict[str, Element]) -> None:
    for path, page in documents.items():
        canonical = find_links(page, "canonical")
        if path == "/404.html":
            assert canonical == []
        elif path not in site.redirects:
            assert canonical == [site.base_url + path] == find_metas(page, "property", "og:url")


def test_search_engines_stay_away_from_what_is_no_page(site, documents: dict[str, Element]) -> None:
    hidden = [path for path, page in documents.items() if find_metas(page, "name", "robots")]
    assert sorted(hidden) == sorted([*site.redirects, "/404.html", "/editors/"])
    assert len(site.redirects) == 3


def test_a_redirect_names_the_page_that_it_leads_to(site, documents: dict[str, Element]) -> None:
    for path in site.redirects:
        page = documents[path]
        (refresh,) = find_metas(page, "http-equiv", "refresh")
        target = refresh.removeprefix("0; url=")
        assert target in site.paths
        assert target not in site.redirects
        assert find_links(page, "canonical") == [site.base_url + target]
        assert target in [link.attributes["href"] for link in page.get("main").find_all("a")]


def test_every_page_says_that_it_shows_sample_data(documents: dict[str, Element]) -> None:
    assert all(page.get("p", cls="sample").words.startswith("Sample data.") for page in documents.values())


def test_every_page_credits_its_source(documents: dict[str, Element]) -> None:
    for path, page in documents.items():
        footer = page.get("footer")
        assert "Sample data written by hand" in footer.words, path
        assert "/attribution/" in [link.attributes["href"] for link in footer.find_all("a")], path
