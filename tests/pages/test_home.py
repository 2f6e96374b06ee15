"""The home page: the numbers, the latest changes, the day of the data."""

from __future__ import annotations

import pytest

from generator.model import Event
from tests.helpers import make_entry
from tests.pages.reading import Element, parse_page


def build(project, *arguments) -> Element:
    outcome = project.build(*arguments)
    assert outcome.code == 0, outcome.err
    return parse_page(project.read("site/index.html"))


def list_numbers(page: Element) -> dict[str, tuple[str, str]]:
    links = page.get(cls="numbers").find_all("a")
    return {
        link.words.removeprefix(count := link.get("strong").words).strip(): (count, link.attributes["href"])
        for link in links
    }


def test_the_numbers_count_what_the_lists_show(tiny):
    numbers = list_numbers(build(tiny))
    assert numbers == {
        "services": ("6", "/2fa-directory/"),
        "support 2FA": ("5", "/2fa-directory/"),
        "list no 2FA": ("1", "/2fa-directory/no-2fa/"),
        "offer passkeys": ("2", "/2fa-directory/passkeys/"),
    }
    for count, href in (numbers["services"], numbers["list no 2FA"], numbers["offer passkeys"]):
        page = parse_page(tiny.read(f"site{href}index.html"))
        assert str(sum(len(block.find_all("li")) for block in page.find_all("ul", cls="services"))) == count


def test_a_disputed_service_counts_as_a_service_and_as_nothing_else(tiny):
    for slug in ("bravo", "echo"):
        tiny.write_curated(slug, f"domain: {slug}.example\ndisputed: Two editors disagree.\n")
    counts = {label: count for label, (count, _) in list_numbers(build(tiny)).items()}
    assert counts == {"services": "6", "support 2FA": "4", "list no 2FA": "0", "offer passkeys": "1"}


def test_large_numbers_are_easy_to_read(tiny):
    tiny.write_snapshot([make_entry(f"s{number}.example", "totp") for number in range(1234)])
    assert list_numbers(build(tiny))["services"] == ("1,234", "/2fa-directory/")


@pytest.mark.parametrize(
    ("base_url", "base_path"), [("https://h.example", ""), ("https://h.example/sub/dir/", "/sub/dir")]
)
def test_links_honour_the_path_of_the_base_url(tiny, base_url, base_path):
    page = build(tiny, "--base-url", base_url)
    hrefs = [link.attributes["href"] for link in page.find_all("a") if link.attributes["href"].startswith("/")]
    assert hrefs
    assert all(href.startswith(f"{base_path}/") for href in hrefs)
    form = page.get("form").attributes
    assert form["action"] == f"{base_path}/2fa-directory/"
    assert form["data-index"] == f"{base_path}/search.json"


def test_the_latest_changes_come_first_and_only_those_that_matter(tiny):
    tiny.write_events(
        [
            Event(type="added", domain="alpha.example", name="Alpha", date="2026-01-05"),
            Event(
                type="methods_gained",
                domain="bravo.example",
                name="Bravo & <Co>",
                date="2026-02-01",
                details={"methods": ["sms", "totp"]},
            ),
            Event(
                type="field_changed",
                domain="alpha.example",
                name="Alpha",
                date="2026-02-02",
                details={"field": "notes", "change": "added"},
            ),
            Event(type="hologram", domain="alpha.example", name="Alpha", date="2026-02-03"),
            Event(type="removed", domain="gone.example", name="Gone", date="2026-02-04"),
        ]
    )
    entries = [entry.words for entry in build(tiny).get("section", id="changes").find_all("li")]
    assert entries == [
        "2026-02-04 Gone was removed from the directory.",
        "2026-02-01 Bravo & <Co> now also supports an authenticator app (TOTP) and SMS.",
        "2026-01-05 Alpha was added to the directory.",
    ]


def test_only_the_last_changes_are_shown(tiny):
    days = [f"2026-02-{day:02}" for day in range(1, 21)]
    tiny.write_events(Event(type="added", domain="alpha.example", name=f"Alpha of {day}", date=day) for day in days)
    times = [time.words for time in build(tiny).get("section", id="changes").find_all("time")]
    assert times == days[:-9:-1]


def test_without_changes_there_is_no_empty_block(tiny):
    assert build(tiny).find("section", id="changes") is None


def test_the_day_of_the_data_is_the_day_on_which_it_changed(tiny):
    tiny.write_snapshot([make_entry("alpha.example", "totp")], changed="2026-02-14")
    page = build(tiny)
    assert page.get("section", id="numbers").get("time").attributes == {"datetime": "2026-02-14"}
    # Not the day of the build, which would change the page every day.
    assert "2026-03-01" not in page.words
