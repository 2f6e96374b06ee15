"""The home page says that a source could not be read for long: worked out by the reader's browser, from one file."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.visiting import Site, Visitor
from tests.marks import mark_thorough

pytestmark = pytest.mark.browser


def answer(visitor: Visitor, **hours: float | None) -> None:
    """Let the site say that its sources were read so many hours ago."""
    now = datetime.now(UTC)
    sources = {
        name: {
            "name": name.title(),
            "fetched": None if ago is None else (now - timedelta(hours=ago)).isoformat(timespec="seconds"),
            "changed": "2026-01-05",
        }
        for name, ago in hours.items()
    }
    body = json.dumps({"max_age_hours": 48, "sources": sources})
    visitor.page.route("**/api/v1/status.json", lambda route: route.fulfill(body=body, content_type="application/json"))


def test_old(either_site: Site, visitor: Visitor) -> None:
    answer(visitor, first=49, second=72, third=1)
    page = visitor.go(either_site, "/")
    days = [(datetime.now(UTC) - timedelta(hours=hours)).date().isoformat() for hours in (49, 72)]
    expect(page.locator(".outdated")).to_have_text(
        "This directory may be out of date: it could not read "
        f"the First since {days[0]} and the Second since {days[1]}."
    )
    expect(page.locator(".outdated")).to_be_visible()


@pytest.mark.parametrize("hours", mark_thorough([47, 0, None]))
def test_not_old(site: Site, visitor: Visitor, hours) -> None:
    answer(visitor, first=hours)
    with visitor.page.expect_response("**/api/v1/status.json"):
        page = visitor.go(site, "/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".outdated")).to_be_hidden()


def test_the_published_file_is_asked_for(either_site: Site, visitor: Visitor) -> None:
    with visitor.page.expect_response("**/api/v1/status.json") as response:
        visitor.go(either_site, "/")
    assert response.value.url == f"{either_site.base_url}/api/v1/status.json"
    assert set(response.value.json()["sources"]) == {"sample"}


@pytest.mark.thorough
@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"sources": {"a": null}}'])
def test_nothing_is_said_of_what_is_not_known(site: Site, visitor: Visitor, body) -> None:
    visitor.page.route("**/api/v1/status.json", lambda route: route.fulfill(body=body))
    page = visitor.go(site, "/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".outdated")).to_be_hidden()


@pytest.mark.thorough
def test_without_scripts(site: Site, visitor_without_scripts: Visitor) -> None:
    page = visitor_without_scripts.go(site, "/")
    expect(page.locator(".outdated")).to_be_hidden()
