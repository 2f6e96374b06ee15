"""Where a page sends those who want to mend it: to the file, or to the tracker of whoever says what is wrong."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.helpers import SITE, SOURCES
from tests.pages.reading import parse_page

FIRST = (
    "https://first.example/issues/new?title=Update%20{name}&name={name}&url=https%3A%2F%2F{domain}&category={category}"
)
REPORTING = SOURCES.replace(
    "  homepage: https://first.example/", f"  homepage: https://first.example/\n  report: {FIRST}"
).replace(
    "  homepage: https://second.example/",
    "  homepage: https://second.example/\n  report: https://second.example/new?name={name}",
)
OWN = "domain: own.example\nname: Own & Co\ncategories: [cloud]\nmethods: [totp]\n"


@pytest.fixture
def reporting(tiny):
    tiny.write("content/sources.yaml", REPORTING)
    tiny.write_curated("own", OWN)
    return tiny


def find_links(project, slug):
    """Return label → address of the links among the sources of a service's page."""
    assert project.build().code == 0
    page = parse_page(project.read(f"site/2fa-directory/{slug}/index.html"))
    return {link.words: link.attributes["href"] for link in page.get("section", id="sources").find_all("a")}


def read_query(href):
    return {key: value for key, (value,) in parse_qs(urlsplit(href).query).items()}


def test_a_mistake_in_the_record_is_reported_upstream_with_the_service_filled_in(reporting):
    links = find_links(reporting, "delta")
    assert read_query(links["Report a mistake in the record of the First Source"]) == {
        "title": "Update Delta & Søn",
        "name": "Delta & Søn",
        "url": "https://delta.example",
        "category": "Banking, Travel",
    }


def test_only_a_page_that_shows_the_second_source_sends_reports_there(reporting):
    label = "Report a mistake in the record of the Second Source"
    assert read_query(find_links(reporting, "delta")[label]) == {"name": "Delta & Søn"}
    assert label not in find_links(reporting, "charlie")


def test_everything_else_is_reported_here(reporting):
    href = find_links(reporting, "delta")["Report any other mistake on this page"]
    assert href.startswith("https://git.example.com/tiny/issues/new?")
    assert read_query(href) == {
        "template": "correction.yml",
        "title": "Correction: Delta & Søn",
        "page": "https://tiny.example/2fa-directory/delta/",
        "service": "delta.example",
    }


def test_a_service_of_the_editors_is_reported_here_alone(reporting):
    links = find_links(reporting, "own")
    assert [label for label in links if "mistake" in label] == ["Report a mistake on this page"]


def test_without_a_repository_only_upstream_hears_of_mistakes(reporting):
    reporting.write("content/site.yaml", SITE.replace("repository: https://git.example.com/tiny\n", ""))
    links = find_links(reporting, "charlie")
    assert [label for label in links if "mistake" in label] == ["Report a mistake in the record of the First Source"]
    assert "Edit this page" not in links
    assert [label for label in find_links(reporting, "own") if "mistake" in label] == []


def test_edit_leads_to_the_file_or_to_the_beginning_of_one(reporting):
    assert find_links(reporting, "own")["Edit this page"] == (
        "https://git.example.com/tiny/edit/main/content/services/own.yaml"
    )
    href = find_links(reporting, "bravo")["Edit this page"]
    assert href.startswith("https://git.example.com/tiny/new/main?")
    query = read_query(href)
    assert query["filename"] == "content/services/bravo.yaml"
    reporting.write_curated("bravo", query["value"])
    assert reporting.check() == []


@pytest.mark.parametrize("address", ["http://first.example/new", "javascript:alert(1)", "https://first.example/ x"])
def test_a_report_address_is_a_safe_link(reporting, address):
    reporting.write("content/sources.yaml", REPORTING.replace(FIRST, f'"{address}"'))
    problems = reporting.check()
    assert [(problem["path"], problem["severity"]) for problem in problems] == [("content/sources.yaml", "error")]
