"""Live preview in a real browser: a save shows by itself, and so does a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.editors.serving import serve
from tests.helpers import make_project

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

GUIDE = """\
domain: alpha.example
setup: {source: https://alpha.example/help, steps: ["Open **Settings**."]}
"""


def test_a_save_shows_without_a_hand_and_a_mistake_over_the_last_good_page(tmp_path: Path, browser: Browser) -> None:
    project = make_project(tmp_path / "project")
    project.write_curated("alpha", GUIDE)
    with serve(project, tmp_path / "log") as served:
        context = browser.new_context()
        page = context.new_page()
        # The page is live once its socket has said who it is.
        with page.expect_websocket(lambda socket: socket.url.endswith("/livereload")) as opened:
            page.goto(f"http://127.0.0.1:{served.port}/2fa-directory/alpha/")
        opened.value.wait_for_event("framereceived")
        expect(page.locator("#setup")).to_contain_text("Open Settings.")

        project.write_curated("alpha", GUIDE.replace("Settings", "Account"))
        expect(page.locator("#setup")).to_contain_text("Open Account.", timeout=20_000)

        project.write_curated("alpha", GUIDE.replace("Settings", "Nothing") + "unknown: x\n")
        problems = page.locator("#twofa-problems")
        expect(problems).to_contain_text("content/services/alpha.yaml:3:1", timeout=20_000)
        expect(problems).to_contain_text("unknown key unknown")
        expect(problems).to_contain_text("→ known here:")
        problems.locator("summary").click()
        expect(problems.get_by_text("unknown key unknown")).to_be_hidden()
        expect(page.locator("#setup")).to_contain_text("Open Account.")

        project.write_curated("alpha", GUIDE)
        expect(page.locator("#setup")).to_contain_text("Open Settings.", timeout=20_000)
        expect(problems).to_have_count(0)

        # A page that is still loading when the next save is built must not stay behind.
        for number in range(5):
            project.write_curated("alpha", GUIDE.replace("Settings", f"Quick {number}"))
            served.wait_for_text("/2fa-directory/alpha/", f"Quick {number}")
        expect(page.locator("#setup")).to_contain_text("Open Quick 4.", timeout=20_000)
        context.close()
