"""Atom feeds: valid, with identifiers that never change, and without a new date where nothing happened."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from generator.model import Event
from tests.helpers import ENTRIES, SITE, make_entry, stamp_tree
from tests.pages.reading import Element, parse_page
from tests.pages.test_changes import EVENTS, build, make_event

ATOM = "{http://www.w3.org/2005/Atom}"
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
CLOUD = "2fa-directory/category/cloud/changes.atom"


def parse(project, name="changes.atom") -> ElementTree.Element:
    return ElementTree.fromstring((project.site / name).read_bytes())  # noqa: S314 (of our own)


def text_of(element: ElementTree.Element, tag: str) -> str:
    found = element.find(ATOM + tag)
    assert found is not None, tag
    return found.text or ""


def read_html(element: ElementTree.Element, tag: str) -> Element:
    """Return what a reader sees of a part that holds HTML."""
    found = element.find(ATOM + tag)
    assert found is not None
    assert found.attrib == {"type": "html"}
    return parse_page(found.text or "")


def list_entries(project, name="changes.atom") -> dict[str, str]:
    """Return id → title."""
    entries = parse(project, name).findall(f"{ATOM}entry")
    found = {text_of(entry, "id"): text_of(entry, "title") for entry in entries}
    assert len(found) == len(entries), "an id for each"
    return found


def list_links(element: ElementTree.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in element.findall(f"{ATOM}link")}


def list_feeds(project) -> list[str]:
    return sorted(path.relative_to(project.site).as_posix() for path in project.site.rglob("*.atom"))


def test_every_feed_has_what_atom_asks_for(tiny):
    build(tiny, EVENTS)
    feeds = list_feeds(tiny)
    assert feeds == [
        *(f"2fa-directory/category/{name}/changes.atom" for name in ("banking", "cloud", "other", "travel")),
        "changes.atom",
    ]
    ids = set()
    for name in feeds:
        feed = parse(tiny, name)
        assert feed.tag == f"{ATOM}feed"
        assert UUID.fullmatch(text_of(feed, "id"))
        ids.add(text_of(feed, "id"))
        assert text_of(feed, "title").startswith("Tiny directory: changes")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", text_of(feed, "updated"))
        assert list_links(feed)["self"] == f"https://tiny.example/{name}"
        page = list_links(feed)["alternate"].removeprefix("https://tiny.example/")
        assert (tiny.site / page / "index.html").exists()
        author = feed.find(f"{ATOM}author")
        assert author is not None
        assert text_of(author, "name") == "Tester"
        assert text_of(feed, "subtitle") == "What changed in the First Source."
        assert text_of(feed, "generator")
        rights = read_html(feed, "rights")
        assert rights.words == (
            "Data from First Source (licence: MIT). This directory's adaptation of the baseline data: CC BY-SA 4.0."
        )
        assert [link.attributes["href"] for link in rights.find_all("a")][:2] == [
            "https://first.example/",
            "https://first.example/licence",
        ]
        for entry in feed.findall(f"{ATOM}entry"):
            assert UUID.fullmatch(text_of(entry, "id"))
            content = read_html(entry, "content")
            sentence, day = content.find_all("p")
            assert text_of(entry, "title") == sentence.text
            assert day.words == f"All changes of {text_of(entry, 'updated')[:10]}"
            for href in (list_links(entry)["alternate"], *(link.attributes["href"] for link in content.find_all("a"))):
                target, _, anchor = href.removeprefix("https://tiny.example/").partition("#")
                assert f' id="{anchor}"' in tiny.read(f"site/{target}index.html") or not anchor
    assert len(ids) == len(feeds)


def test_what_the_entries_say(tiny):
    build(tiny, EVENTS)
    feed = parse(tiny)
    assert text_of(feed, "updated") == "2026-02-02T00:00:00Z"
    entries = feed.findall(f"{ATOM}entry")
    assert [text_of(entry, "updated")[:10] for entry in entries] == [
        *["2026-02-02"] * 4,
        *["2026-01-20"] * 2,
        "2025-12-30",
    ]
    first = entries[0]
    assert text_of(first, "title") == "Foxtrot & <Co> now supports 2FA by an authenticator app (TOTP)."
    assert list_links(first)["alternate"] == "https://tiny.example/2fa-directory/foxtrot/"
    category = first.find(f"{ATOM}category")
    assert category is not None
    assert category.attrib == {"term": "other", "label": "Other"}


def test_a_category_has_its_own_and_those_of_removed_services(tiny):
    build(tiny, EVENTS)
    titles = list(list_entries(tiny, CLOUD).values())
    assert titles == [
        "Gone was removed from the directory.",
        "Alpha now also supports a security key (FIDO) and email.",
        "Alpha: the note on 2FA was added.",
        "Bravo now supports 2FA by SMS.",
    ]
    # An event has the same identifier in every feed.
    assert set(list_entries(tiny, CLOUD)) < set(list_entries(tiny))


def test_no_event_no_new_byte(tiny):
    build(tiny, EVENTS)
    before = {name: (tiny.site / name).read_bytes() for name in list_feeds(tiny)}
    build(tiny, EVENTS, changed="2026-02-20")
    tiny.write_curated("alpha", "domain: alpha.example\naliases: [Al]\n")
    assert tiny.build("--clean", today="2026-03-09").code == 0
    assert {name: (tiny.site / name).read_bytes() for name in list_feeds(tiny)} == before


def test_identifiers_outlive_later_events_names_and_addresses(tiny):
    build(tiny, EVENTS)
    before = list_entries(tiny)
    tiny.write(
        "content/site.yaml", SITE.replace("https://tiny.example", "https://other.example/sub").replace("Tiny", "Great")
    )
    later = [*EVENTS, make_event("lost_2fa", "foxtrot.example", "2026-02-05", methods=["totp"])]
    build(tiny, later)
    after = list_entries(tiny)
    assert set(after) > set(before)
    assert next(iter(after.values())) == "Foxtrot is now listed without 2FA; it had an authenticator app (TOTP)."
    assert len(after) == len(before) + 1


def test_the_same_twice_on_one_day_is_two_entries(tiny):
    gained = make_event("gained_2fa", "alpha.example", "2026-02-02", methods=["sms"])
    lost = make_event("lost_2fa", "alpha.example", "2026-02-02", methods=["sms"])
    build(tiny, [gained, lost])
    before = list(list_entries(tiny))
    build(tiny, [gained, lost, gained])
    after = list(list_entries(tiny))
    assert len(after) == 3
    assert set(before) < set(after)


def test_without_any_event(tiny):
    build(tiny, [])
    for name in list_feeds(tiny):
        feed = parse(tiny, name)
        assert feed.findall(f"{ATOM}entry") == []
        assert text_of(feed, "updated") == "2026-01-05T00:00:00Z"


def test_bounded(tiny):
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 26)]
    build(tiny, [make_event("added", domain, day, methods=None) for day in days for domain in list(ENTRIES)[:3]])
    assert len(list_entries(tiny)) == 102, "as many days as it takes to have 100 entries"
    # A night with very many changes pushes nothing out that a reader of last week's may not have seen.
    many = [make_event("added", f"s{number}.example", "2026-02-26", methods=None) for number in range(300)]
    build(tiny, [make_event("removed", "alpha.example", day, methods=None) for day in days] + many)
    assert len(list_entries(tiny)) == 306


def test_a_service_without_a_page_leads_to_the_day(tiny):
    build(tiny, [make_event("added", "unknown.example", "2026-02-02", methods=["sms"])])
    (entry,) = parse(tiny).findall(f"{ATOM}entry")
    assert list_links(entry)["alternate"] == "https://tiny.example/changes/2026/#2026-02-02"
    assert entry.findall(f"{ATOM}category") == []


def test_another_category_changes_its_feeds_and_no_page_of_changes(tiny):
    build(tiny, EVENTS)
    before = stamp_tree(tiny.site)
    entries = [*ENTRIES.values(), make_entry("foxtrot.example", "totp", keywords=["travel"], name="Foxtrot")]
    tiny.write_snapshot(entries, {}, changed="2026-02-10")
    assert tiny.build().code == 0
    after = stamp_tree(tiny.site)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert not {name for name in changed if name.startswith("changes/")}
    assert {name for name in changed if name.endswith(".atom")} == {
        "changes.atom",
        "2fa-directory/category/other/changes.atom",
        "2fa-directory/category/travel/changes.atom",
    }


def test_sample_data_is_called_that(tiny):
    tiny.forget_snapshot()
    assert tiny.build().code == 0
    assert text_of(parse(tiny), "subtitle") == ("What changed in the tiny sample. Sample data: rely on nothing here.")
    assert text_of(parse(tiny), "updated") == "2000-01-01T00:00:00Z"


@pytest.mark.parametrize("name", ["A\x0bB", "A\ufffeB", 'Q"uote', "<b>&amp;</b>", "]]>", "Пачка", "שלום"])
def test_any_name_is_fine(tiny, name):
    build(tiny, [Event(type="added", domain="alpha.example", name=name, date="2026-02-02", details={"methods": None})])
    (title,) = list_entries(tiny).values()
    assert title == f"{name.translate({0x0B: None, 0xFFFE: None})} was added to the directory, without 2FA."


def test_pages_lead_to_their_feed(tiny):
    build(tiny, EVENTS)
    for page, feed in (
        ("", "/changes.atom"),
        ("changes/", "/changes.atom"),
        ("2fa-directory/alpha/", "/changes.atom"),
        ("2fa-directory/category/cloud/", f"/{CLOUD}"),
    ):
        text = tiny.read(f"site/{page}index.html")
        assert re.search(rf'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="{feed}">', text)
    assert "changes.atom" not in tiny.read("site/sitemap.xml")
    assert "<loc>https://tiny.example/changes/</loc><lastmod>2026-02-02</lastmod>" in tiny.read("site/sitemap.xml")
