"""The policy that a host is asked to send: no page needs what it forbids, and it forbids what no page needs.

All other tests in a browser run under it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from generator.pages.hosting import CONTENT_POLICY
from tests.marks import mark_thorough

if TYPE_CHECKING:
    from tests.browser.visiting import Site, Visitor

pytestmark = pytest.mark.browser


def test_no_page_breaks_the_policy(either_site: Site, visitor: Visitor) -> None:
    for path in (*either_site.samples, "/editors/"):
        response = visitor.page.goto(either_site.base_url + path)
        assert response is not None
        assert response.headers["content-security-policy"] == CONTENT_POLICY, path
    # The page of an old address leads on, the search box fetches its index.
    visitor.page.goto(either_site.base_url + "/2fa-directory/old-shop/", wait_until="commit")
    visitor.page.wait_for_url(either_site.base_url + "/2fa-directory/shop/")
    page = visitor.go(either_site, "/")
    page.locator("#q").press_sequentially("cliniko")
    page.locator(".suggestions a").first.wait_for()
    assert visitor.troubles == []


@pytest.mark.parametrize(
    "script",
    mark_thorough(
        [
            "const style = document.createElement('style'); style.textContent = 'p {}'; document.head.append(style);",
            "const run = document.createElement('script'); run.textContent = '1'; document.head.append(run);",
            "const image = new Image(); image.src = 'http://127.0.0.2:9/x.png'; document.body.append(image);",
            "fetch('http://127.0.0.2:9/').catch(() => 0)",
        ]
    ),
    ids=["inline style", "inline script", "picture of another site", "data of another site"],
)
def test_what_the_policy_forbids_is_noticed(site: Site, visitor: Visitor, script: str) -> None:
    page = visitor.go(site, "/")
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate(f"() => {{ {script} }}")
    assert visitor.troubles
    visitor.troubles.clear()
