"""The pages that a change touches, opened from the disk as a reviewer does."""

from __future__ import annotations

import pytest

from tests.test_previewing import GUIDE, write_pages

pytestmark = pytest.mark.browser


def test_a_browser_opens_them_without_a_server(tiny, tmp_path, browser):
    write_pages(tiny, tmp_path, ("content/services/alpha.yaml", GUIDE))
    page = browser.new_page()
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto((tmp_path / "x" / "changed-pages.html").as_uri())
    page.click("text=/2fa-directory/alpha/")
    assert page.text_content("h1") == "Does Alpha support 2FA?"
    assert "Open Menu." in page.text_content("#setup")
    # The style sheet came along.
    assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
    assert failed == []
    page.close()
