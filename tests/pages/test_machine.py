"""Files for machines: the sitemap, robots.txt, the index of the search box."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from generator.model import Event
from generator.pages.machine import SITEMAP_LIMIT, build_sitemaps
from generator.pages.page import Page, find_lastmods
from generator.schemas import CONTENT, load_schema
from tests.helpers import FIRST_DAY, make_rows, stamp_tree

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def read_sitemap(data: str | bytes) -> dict[str, str | None]:
    """Return address → lastmod."""
    root = ElementTree.fromstring(data)  # noqa: S314 (made here)
    assert root.tag == f"{{{NAMESPACE['s']}}}urlset"
    return {entry.findtext("s:loc", "", NAMESPACE): entry.findtext("s:lastmod", None, NAMESPACE) for entry in root}


def build(project, *arguments) -> None:
    outcome = project.build(*arguments)
    assert outcome.code == 0, outcome.err


def test_the_sitemap_names_every_page_that_search_engines_may_show(tiny):
    tiny.write_ledger(make_rows(["alpha.example", "gone.example"]))
    build(tiny)
    urls = read_sitemap(tiny.read("site/sitemap.xml")).keys()
    files = {path.relative_to(tiny.site).as_posix() for path in tiny.site.rglob("*.html")}
    pages = {"https://tiny.example/" + name.removesuffix("index.html") for name in files - {"404.html"}}
    # The page of a removed service stays for those who have its address.
    assert pages - urls == {"https://tiny.example/2fa-directory/gone/", "https://tiny.example/editors/"}
    assert urls - pages == set()
    assert list(urls) == sorted(urls)


def test_lastmod_is_the_newest_fact_of_a_page(tiny):
    tiny.write_events(
        [
            Event(
                type="methods_gained", domain="bravo.example", name="B", date="2026-02-01", details={"methods": ["sms"]}
            )
        ]
    )
    tiny.write_curated(
        "charlie",
        "domain: charlie.example\n"
        "verified: {date: 2026-02-10, by: t, source: 'https://charlie.example/', methods: [sms, call]}\n",
    )
    tiny.write_curated(
        "delta",
        "domain: delta.example\n"
        "verified: {date: 2026-02-10, by: t, source: 'https://delta.example/', methods: [email]}\n"
        "sharing: {verdict: tolerated, source: 'https://delta.example/terms', checked: 2026-02-20}\n",
    )
    build(tiny)
    dates = {
        url.removeprefix("https://tiny.example"): date
        for url, date in read_sitemap(tiny.read("site/sitemap.xml")).items()
    }
    assert dates["/2fa-directory/alpha/"] == FIRST_DAY
    assert dates["/2fa-directory/bravo/"] == "2026-02-01"
    assert dates["/2fa-directory/charlie/"] == "2026-02-10"
    assert dates["/share-2fa-for/charlie/"] == "2026-02-10"
    assert dates["/2fa-directory/delta/"] == "2026-02-20"
    assert dates["/"] == FIRST_DAY
    assert dates["/faq/"] is None
    # No day of the build anywhere: a quiet night changes no byte.
    before = tiny.read("site/sitemap.xml")
    assert tiny.build(today="2026-03-02").code == 0
    assert tiny.read("site/sitemap.xml") == before


def test_the_sitemap_honours_the_path_of_the_base_url(tiny):
    build(tiny, "--base-url", "https://h.example/dir")
    assert "https://h.example/dir/2fa-directory/alpha/" in read_sitemap(tiny.read("site/sitemap.xml"))
    assert tiny.read("site/robots.txt") == "User-agent: *\nAllow: /\n\nSitemap: https://h.example/dir/sitemap.xml\n"


def make_pages(count: int) -> list[Page]:
    return [Page(path=f"/p{number:06}/", template="", build=lambda: None) for number in range(count)]


@pytest.mark.thorough
def test_as_many_addresses_as_one_sitemap_may_hold():
    files = build_sitemaps(find_lastmods(make_pages(SITEMAP_LIMIT)), "https://h.example")
    assert list(files) == ["/sitemap.xml"]
    assert len(read_sitemap(files["/sitemap.xml"])) == 50_000


@pytest.mark.thorough
def test_too_many_addresses_for_one_sitemap_make_an_index():
    files = build_sitemaps(find_lastmods(make_pages(SITEMAP_LIMIT + 1)), "https://h.example/dir")
    index = ElementTree.fromstring(files["/sitemap.xml"])  # noqa: S314 (made here)
    assert index.tag == f"{{{NAMESPACE['s']}}}sitemapindex"
    addresses = [entry.findtext("s:loc", "", NAMESPACE) for entry in index]
    assert addresses == ["https://h.example/dir/sitemap-1.xml", "https://h.example/dir/sitemap-2.xml"]
    parts = ["/sitemap-1.xml", "/sitemap-2.xml"]
    assert files.keys() == {"/sitemap.xml", *parts}
    urls = [url for part in parts for url in read_sitemap(files[part])]
    assert urls == [f"https://h.example/dir{page.path}" for page in make_pages(SITEMAP_LIMIT + 1)]
    assert len(read_sitemap(files["/sitemap-1.xml"])) == 50_000


def test_hidden_pages_and_special_characters():
    pages = [
        Page(path="/a&b/", template="", build=lambda: None, lastmod="2026-01-02"),
        Page(path="/x/", template="", build=lambda: None, listed=False),
    ]
    assert read_sitemap(build_sitemaps(find_lastmods(pages), "https://h.example")["/sitemap.xml"]) == {
        "https://h.example/a&b/": "2026-01-02"
    }


def test_the_search_index_has_every_name_that_a_reader_may_type(tiny):
    tiny.write_curated("delta", "domain: delta.example\naliases: [Old Delta, delta.example.org]\n")
    build(tiny, "--base-url", "https://h.example/dir")
    rows = json.loads(tiny.read("site/search.json"))
    assert [row[0] for row in rows] == ["Alpha", "Bravo", "Charlie [DE]", "Delta & Søn", "Echo", "Foxtrot"]
    # Each word once, though both upstream and the editor name it.
    assert rows[3] == ["Delta & Søn", "/dir/2fa-directory/delta/", "delta.example delta.example.org Old Delta"]
    assert all((tiny.site / row[1].removeprefix("/dir/") / "index.html").is_file() for row in rows)


def test_the_schemas_of_content_are_published(tiny):
    build(tiny, "--base-url", "https://h.example/dir")
    published = {path.name.removesuffix(".schema.json"): path for path in (tiny.site / "schemas").iterdir()}
    assert published.keys() == set(CONTENT.values()), "and none of the records from upstream"
    for name, path in published.items():
        schema = json.loads(path.read_bytes())
        assert schema.pop("$id") == f"https://h.example/dir/schemas/{name}.schema.json"
        assert schema == load_schema(name)
    assert not any("/schemas/" in url for url in read_sitemap(tiny.read("site/sitemap.xml")))


def test_an_edited_guide_leaves_the_schemas_alone(tiny):
    tiny.write_curated("alpha", "domain: alpha.example\n")
    build(tiny)
    before = stamp_tree(tiny.site / "schemas")
    tiny.write_curated("alpha", "domain: alpha.example\nrecovery: {codes: true}\n")
    build(tiny)
    assert "codes" in tiny.read("site/2fa-directory/alpha/index.html")
    assert stamp_tree(tiny.site / "schemas") == before
