"""Finding a service and getting about: with scripts and without, at the root of a host and below a path."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from generator.pages.markup import render_markdown, text_of
from tests.browser.visiting import Site, Visitor, look
from tests.marks import mark_thorough

pytestmark = pytest.mark.browser

LIST = "/2fa-directory/"


@pytest.mark.thorough
def test_no_page_asks_for_what_is_not_there(either_site: Site, visitor: Visitor) -> None:
    for path in either_site.samples:
        visitor.go(either_site, path)
    # The window's own checks say the rest: no errors, no other host, no answer but 200.
    assert visitor.page.evaluate("() => performance.getEntriesByType('resource').length") > 0


@pytest.mark.parametrize(
    ("broken", "trouble"),
    mark_thorough(
        [
            ("<script>nothing.there()</script>", "nothing is not defined"),
            ("<script>console.error('oh')</script>", "oh"),
            ("<img src='/none.png'>", "is answered with 404"),
            ("<img src='http://elsewhere.invalid/logo.png'>", "asks for http://elsewhere.invalid/logo.png"),
        ]
    ),
)
def test_the_window_notes_what_goes_wrong(site: Site, browser, broken, trouble) -> None:
    # Without the policy of the site, which would not let these scripts run at all.
    with Visitor.open(browser, bypass_csp=True) as visitor:
        page = visitor.go(site, "/")
        page.set_content(broken, wait_until="load")
        assert any(trouble in note for note in visitor.troubles), visitor.troubles


def test_links_lead_from_the_home_page_to_a_service_and_back(either_site: Site, visitor: Visitor) -> None:
    page = visitor.go(either_site, "/")
    page.get_by_role("link", name="A to Z").click()
    page.wait_for_url(either_site.base_url + LIST)
    page.get_by_role("main").get_by_role("link", name="Cliniko", exact=True).click()
    page.wait_for_url(either_site.base_url + "/2fa-directory/cliniko/")
    page.get_by_role("main").get_by_role("link", name="Health", exact=True).click()
    page.wait_for_url(either_site.base_url + "/2fa-directory/category/health/")
    page.get_by_role("banner").get_by_role("link", name="2FA support directory").click()
    page.wait_for_url(either_site.base_url + "/")


def test_an_old_address_leads_on(either_site: Site, visitor: Visitor) -> None:
    page = visitor.page
    for old in ("/2fa-directory/old-shop/", "/share-2fa-for/old-shop/"):
        page.goto(either_site.base_url + old, wait_until="commit")
        page.wait_for_url(either_site.base_url + "/2fa-directory/shop/")


# --- Search -----------------------------------------------------------------------------------------------------------


SUGGESTED = (
    ("Cliniko", "Cliniko", "cliniko"),
    ("  cLINIko ", "Cliniko", "cliniko"),
    ("cliniko.com", "Cliniko", "cliniko"),
    ("getdropbox", "Dropbox", "dropbox"),
    ("googlemail", "Gmail", "mail-google-com"),
    ("cafe/bou", "Example Café/Boutique", "shop"),
    ("CAFÉ/BOU", "Example Café/Boutique", "shop"),
    ("cafe\N{COMBINING ACUTE ACCENT}/bou", "Example Café/Boutique", "shop"),
    ("Arztebank", "Example Ärztebank", "aerztebank"),
)


@pytest.mark.parametrize("start", mark_thorough(["/", "/404.html"]))
def test_the_search_suggests_a_service(either_site: Site, visitor: Visitor, start) -> None:
    page = visitor.go(either_site, start)
    box = page.get_by_role("searchbox", name="Find a service")
    suggestions = page.locator(".suggestions a")
    for typed, name, slug in SUGGESTED:
        box.fill(typed)
        expect(suggestions).to_have_text([name])
        assert suggestions.get_attribute("href") == f"{either_site.base_path}/2fa-directory/{slug}/"
        box.fill("")
        expect(suggestions).to_have_count(0)


def test_suggestions_are_few_and_begin_with_the_best(site: Site, visitor: Visitor) -> None:
    page = visitor.go(site, "/")
    box = page.get_by_role("searchbox")
    box.fill("no")
    suggestions = page.locator(".suggestions a")
    expect(suggestions.first).to_have_text("Notion")
    box.fill("e")
    expect(suggestions).to_have_count(8)
    box.fill("<b>")
    expect(suggestions).to_have_count(0)
    box.fill("")
    expect(suggestions).to_have_count(0)


@pytest.mark.thorough
def test_the_index_is_fetched_once_and_only_for_those_who_search(site: Site, visitor: Visitor) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    page = visitor.go(site, "/")
    assert [url for url in asked if "search.json" in url] == []
    page.get_by_role("searchbox").press_sequentially("shop")
    expect(page.locator(".suggestions a").first).to_be_visible()
    assert len([url for url in asked if "search.json" in url]) == 1


def test_a_suggestion_can_be_chosen_from_the_keyboard(site: Site, visitor: Visitor) -> None:
    page = visitor.go(site, "/")
    page.get_by_role("searchbox").fill("cliniko")
    expect(page.locator(".suggestions a")).to_have_count(1)
    for key in ("Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(site.base_url + "/2fa-directory/cliniko/")


LISTED: tuple[tuple[str, str, str, list[str]], ...] = (
    ("/", "cafe", "cafe", ["Example Café/Boutique"]),
    ("/404.html", "CAFÉ", "CAF%C3%89", ["Example Café/Boutique"]),
    ("/", "discord.com", "discord.com", ["Discord"]),
    # What a suggestion finds, the list finds too: by another domain and by an old name.
    ("/", "getdropbox.com", "getdropbox.com", ["Dropbox"]),
    ("/404.html", "googlemail", "googlemail", ["Gmail"]),
    ("/", "a & b+", "a+%26+b%2B", []),
)


@pytest.mark.thorough
def test_enter_leads_to_the_filtered_list(either_site: Site, visitor: Visitor) -> None:
    for start, typed, query, names in LISTED:
        page = visitor.go(either_site, start)
        page.get_by_role("searchbox").fill(typed)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{either_site.base_url}{LIST}?q={query}")
        expect(page.get_by_role("searchbox")).to_have_value(typed)
        expect(page.locator("output")).to_have_text(f"{len(names)} found")
        expect(page.locator(".services a:visible")).to_have_text(names)
        assert page.locator(".group:visible").count() == len(names)


def test_the_list_filters_as_the_reader_types(site: Site, visitor: Visitor) -> None:
    page = visitor.go(site, LIST)
    rows, box = page.locator(".services li:visible"), page.get_by_role("searchbox")
    everything = len(site.listed)
    expect(rows).to_have_count(everything)
    expect(page.locator("output")).to_have_text("")
    box.fill("example")
    expect(page.locator("output")).to_have_text(f"{rows.count()} found")
    assert 0 < rows.count() < everything
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.press("Enter")
    box.fill("")
    expect(rows).to_have_count(everything)
    # The list is there already, so that nothing is loaded anew.
    assert asked == []


# --- Without scripts --------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_without_scripts_the_search_leads_to_the_list(either_site: Site, visitor_without_scripts: Visitor) -> None:
    page = visitor_without_scripts.go(either_site, "/")
    page.get_by_role("searchbox").fill("cliniko")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url(f"{either_site.base_url}{LIST}?q=cliniko")
    assert page.locator(".services li:visible a").all_inner_texts() == either_site.listed


@pytest.mark.thorough
def test_without_scripts_every_page_reads_the_same(
    site: Site, visitor: Visitor, visitor_without_scripts: Visitor
) -> None:
    pages = (
        "/",
        LIST,
        "/2fa-directory/cliniko/",
        "/2fa-directory/aerztebank/",
        "/share-2fa-for/cliniko/",
        "/attribution/",
    )
    for path in pages:
        with_scripts, without = visitor.go(site, path), visitor_without_scripts.go(site, path)
        # The form that filters the list needs the script, and shows itself only with it.
        expect(without.locator("form[data-filter]")).to_be_hidden()
        with_scripts.evaluate("document.querySelector('form[data-filter]')?.setAttribute('hidden', '')")
        assert with_scripts.get_by_role("main").inner_text() == without.get_by_role("main").inner_text(), path


def test_without_scripts_what_is_folded_can_be_opened(site: Site, visitor_without_scripts: Visitor) -> None:
    page = visitor_without_scripts.go(site, "/2fa-directory/cliniko/")
    point = page.locator(".points li").first
    expect(point).to_be_hidden()
    page.locator("#readiness summary").click()
    expect(point).to_be_visible()


# --- What machines read -----------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_machines_read_the_answers_that_readers_see(site: Site, visitor: Visitor) -> None:
    assert len(site.services) > 40
    for path in (*site.services, "/faq/"):
        faq = look(visitor.go(site, path), "readFaq")
        assert faq["shown"], path
        assert faq["told"] == faq["shown"], path
        assert faq["visible"], path


def test_the_text_of_markdown_is_what_a_browser_has(visitor: Visitor) -> None:
    for markdown in (
        "a & b < c &amp; `<b>` &copy; &lt;script&gt;",
        "one  \nline\n\n- a\n- b\n\n1. c",
        "## Heading\n\n    code\n\n> quoted\u00a0text",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        '[link](/faq/ "> title") and <https://x.example/?a=1&b=2>',
    ):
        rendered = str(render_markdown(markdown))
        visitor.page.set_content(f"<dl><dd>{rendered}</dd></dl>")
        assert visitor.page.evaluate("() => document.querySelector('dd').textContent") == text_of(rendered)


def test_a_difference_between_answers_is_noticed(visitor: Visitor) -> None:
    graph = {"mainEntity": [{"name": "A?", "acceptedAnswer": {"text": "b"}}]}
    script = f'<script type="application/ld+json">{json.dumps(graph)}</script>'
    visitor.page.set_content(f"{script}<dl class='faq'><dt>A?</dt><dd>b </dd></dl>")
    faq = look(visitor.page, "readFaq")
    assert faq["shown"] == [["A?", "b "]]
    assert faq["told"] == [["A?", "b"]]
