"""How pages look: nothing sticks out, every text can be read in light and dark, the keyboard's focus is seen."""

from __future__ import annotations

import pytest

from tests.browser.visiting import Site, Visitor, look

pytestmark = pytest.mark.browser

#: WCAG 2.2, success criteria 1.4.3 (text) and 1.4.11 (what is not text).
TEXT_CONTRAST = 4.5
OTHER_CONTRAST = 3


def test_no_page_is_wider_than_the_window(site: Site, visitor: Visitor, is_thorough: bool) -> None:
    found = {}
    for path in site.samples if is_thorough else site.samples[::3]:
        page = visitor.go(site, path)
        look(page, "unfold")
        for width in (320, 375, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            if excess := look(page, "findOverflow"):
                found[path, width] = excess
    assert found == {}


def test_a_page_that_is_too_wide_is_noticed(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 320, "height": 800})
    visitor.page.set_content("<main><p style='width: 330px'>wide</p></main>")
    assert "P." in look(visitor.page, "findOverflow")


@pytest.mark.thorough
def test_every_text_stands_out(site: Site, visitor: Visitor) -> None:
    faint = {}
    seen = set()
    for path in site.samples:
        page = visitor.go(site, path)
        look(page, "unfold")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            measured = look(page, "measureTexts")
            seen |= {text for text, _ in measured}
            if low := [(text, round(ratio, 2)) for text, ratio in measured if ratio < TEXT_CONTRAST]:
                faint[path, scheme] = low
    assert faint == {}
    # Each colour that has a meaning was among them.
    verdicts = {"Yes", "No", "Unknown", "Removed"}
    sharing = {"Sharing permitted", "Sharing tolerated", "Sharing forbidden", "Sharing unknown"}
    strengths = {
        "Phishing-resistant method listed",
        "Strong method listed",
        "Weak methods listed",
        "Not rated",
    }
    assert {*verdicts, *sharing, *strengths, "Supported", "Not listed", "Name or domain", "Search"} - seen == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_faint_text_is_noticed(visitor: Visitor, scheme) -> None:
    page = visitor.page
    page.emulate_media(color_scheme=scheme)
    page.set_content(
        "<body style='background: white'><p style='color: #777'>faint</p><p style='color: #767676'>enough</p>"
        "<div style='background: rgb(0 0 0 / 50%)'><p style='color: #000'>on grey</p></div>"
    )
    measured = dict(look(page, "measureTexts"))
    assert [text for text, ratio in measured.items() if ratio < TEXT_CONTRAST] == ["faint"]
    assert measured["on grey"] == pytest.approx(5.28, abs=0.05)


def test_dark_is_dark(site: Site, visitor: Visitor) -> None:
    page = visitor.go(site, "/")
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        grounds.append(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
    light, dark = (sum(map(int, ground.removeprefix("rgb(").rstrip(")").split(", "))) for ground in grounds)
    assert light > 700
    assert dark < 100


def test_the_first_stop_of_the_keyboard_skips_to_the_content(site: Site, visitor: Visitor) -> None:
    page = visitor.go(site, "/2fa-directory/cliniko/")
    page.keyboard.press("Tab")
    focus = look(page, "describeFocus")
    assert focus["name"] == "A Skip to content"
    assert focus["seen"]
    page.keyboard.press("Enter")
    page.wait_for_url(site.base_url + "/2fa-directory/cliniko/#content")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")


@pytest.mark.thorough
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/", "/2fa-directory/shop/", "/2fa-directory/weak-2fa/"],
)
def test_the_focus_is_always_seen(site: Site, visitor: Visitor, path, scheme) -> None:
    page = visitor.go(site, path)
    page.emulate_media(color_scheme=scheme)
    stops: list[str] = []
    while True:
        page.keyboard.press("Tab")
        focus = look(page, "describeFocus")
        # After the last stop the focus leaves the page, or starts anew.
        if focus is None or (stops and focus["first"]):
            break
        stops.append(focus["name"])
        assert len(stops) < 200, "the keyboard is caught"
        assert focus["seen"], f"{focus['name']} is out of sight"
        assert focus["outlined"], f"{focus['name']} has no outline"
        assert focus["contrast"] >= OTHER_CONTRAST, f"the outline of {focus['name']} is faint"
    expected = page.locator("a[href]:visible, input:visible, button:visible, summary:visible").count()
    assert len(stops) == expected
