"""The marks of ``twofa serve`` in a real browser: every fact of a page, its layer, and nothing of the page left out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from generator.formats.ledger import Gone
from generator.model import METHODS, Event
from tests.browser.visiting import Visitor, look
from tests.editors.serving import serve
from tests.helpers import ENTRIES, PASSKEYS, make_entry, make_project, make_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.editors.serving import Served

pytestmark = pytest.mark.browser

RICH = """\
domain: alpha.example
verified: {date: 2026-01-02, by: mk, source: "https://alpha.example/2fa", methods: [totp]}
setup:
  source: https://alpha.example/help
  plans: Only on the dearer plans.
  requires: [a phone, a key]
  steps: [Open **Settings**., Press **On**.]
  methods:
    totp: [Scan the code.]
    email: [Read the message.]
    u2f: [Touch the key., Name it.]
recovery: {codes: true, link: "https://alpha.example/reset", notes: "Ask.\\n\\n- by mail\\n- by phone"}
sharing:
  verdict: tolerated
  source: https://alpha.example/terms
  checked: 2026-01-02
  quote: Do not share.
  instead: "Use **Teams**.\\n\\n1. Invite them."
teams: {enforce: true, delegated_access: true, source: "https://alpha.example/teams"}
override:
  methods: {add: [passkey], remove: [call], reason: Seen., source: "https://alpha.example/news"}
faq:
  - {question: Two phones?, answer: "Yes.\\n\\nScan with both."}
  - {question: Three?, answer: "No."}
aliases: [Aleph]
"""

#: Facts that no page shows, or that decide only where a page stands in lists.
UNSEEN = {
    "slug",
    "additional_domains",
    "aliases",
    "override.reason",
    "override.source",
    "teams.sso",
    "contact.language",
}

#: What the templates say on every page of its kind.
FIXED = re.compile(
    r"How the score is made|Methods|How to turn on 2FA for .*|You need:|Hardware|If you lose your second factor"
    r"|Sharing .* 2FA with a team|The service's own way|With an authenticator app \(TOTP\)|With SMS"
    rf"|{'|'.join(re.escape(method.label) for method in METHODS.values())}"
    r"|Frequently asked questions|Sources|History in .*|Related services"
    r"|Does .* support 2FA\?|What is the most secure 2FA method for .*\?|Can I share .* 2FA with my team\?"
    r"|How long does it take to set up .*\?|Ask for 2FA|Services of the same kind with 2FA"
    r"|Other devices and methods of the service:"
    r"|Why not by screenshot\?|The steps|What each teammate can do|What the terms say|Does .* All methods and how .*"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("facts")
    project = make_project(folder / "project")
    entries = {
        **ENTRIES,
        "alpha.example": make_entry(
            *("alpha.example", "sms", "totp", "u2f", "call"),
            documentation="https://alpha.example/help",
            notes="Only for merchants.",
            regions=["us", "xx"],
            keywords=["cloud", "unheard"],
        ),
        "golf.example": make_entry("golf.example", "totp", "sms", keywords=["cloud"], regions=["us"]),
        "gone.example": ("Gone", {"domain": "gone.example", "keywords": ["cloud"], "tfa": ["totp"]}),
    }
    removed = entries.pop("gone.example")
    passkeys = PASSKEYS | {"charlie.example": {"passwordless": "allowed", "recovery": "https://charlie.example/lost"}}
    project.write_snapshot(entries.values(), passkeys)
    gone = Gone(how="removed", date="2026-01-12", record=removed)
    project.write_ledger(make_rows([*entries, "gone.example"], gone=gone))
    gains = {"alpha": ["u2f"], "foxtrot": ["totp"]}
    project.write_events(
        Event(
            type="gained_2fa", domain=f"{slug}.example", name=slug, date=f"2026-01-1{day}", details={"methods": found}
        )
        for day in (1, 2)
        for slug, found in gains.items()
    )
    project.write_curated("alpha", RICH)
    project.write_curated("echo", "domain: echo.example\naccount: alpha.example\n")
    forbidden = 'verdict: forbidden, source: "https://foxtrot.example/terms", checked: 2026-01-02'
    guide = 'setup: {source: "https://foxtrot.example/2fa", steps: [Press it.]}'
    project.write_curated("foxtrot", f"domain: foxtrot.example\n{guide}\nsharing: {{{forbidden}}}\n")
    project.write_curated("golf", "domain: golf.example\ndisputed: Two editors saw different things.\n")
    project.write_curated(
        "own", "domain: own.example\nname: Own\ncategories: [cloud]\nmethods: [totp]\nregions: [us]\n"
    )
    with serve(project, folder / "log") as found:
        yield found


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """A window in which facts are marked; nothing may go wrong in it."""
    with Visitor.open(browser, viewport={"width": 375, "height": 800}) as visitor:
        visitor.page.goto(f"http://127.0.0.1:{served.port}/2fa-directory/alpha/")
        visitor.page.get_by_role("button", name="Show where facts come from").click()
        expect(visitor.page.locator("main .twofa-mark").first).to_be_attached()
        yield visitor.page
        assert visitor.troubles == []


def visit(page: Page, served: Served, path: str) -> dict[str, Any]:
    """Open a page, wait for its marks, and return what the server says of its facts."""
    page.goto(f"http://127.0.0.1:{served.port}{path}")
    expect(page.locator("main .twofa-mark").first).to_be_attached()
    look(page, "unfold")
    told: dict[str, Any] = json.loads(served.get(f"/twofa-preview/facts/{path.split('/')[2]}.json").text)
    return told


SERVICES = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "own", "gone")


@pytest.mark.thorough
def test_every_fact_has_a_mark_that_names_its_layer(page, served):
    missing = {}
    for slug in SERVICES:
        told = visit(page, served, f"/2fa-directory/{slug}/")
        layers, facts = told["layers"], {fact["fact"]: fact for fact in told["facts"]}
        marked = look(page, "listMarked")
        for names, marks in marked:
            assert marks == list(dict.fromkeys(layers[facts[name]["layer"]] for name in names)), (slug, names)
        seen = {name for names, _ in marked for name in names}
        if lost := list_visible(facts) - seen:
            missing[slug] = lost
        assert ("related" in seen) == page.locator("#related").is_visible()
    assert missing == {}


def list_visible(facts: dict[str, dict[str, Any]]) -> set[str]:
    """Return the names of the facts that the page of a service shows."""
    verdict = facts["verdict"]["value"]
    if verdict in {"unknown", "removed"}:
        # It says little of a record that is not trusted, or that is gone.
        return {"name", "verdict", "domain", "answers.1", "credit"}
    # Whether there are neighbours is not looked up; teammates stand on the page on sharing.
    hidden = {
        "related",
        "alternatives",
        *(name for name in facts if name.startswith("product.") and name.endswith(".teammates")),
    }
    hidden |= {name for name, fact in facts.items() if (fact["note"] or "").startswith("not shown")}
    hidden |= {"url", "documentation"} if verdict == "no" else {name for name in facts if name.startswith("contact.")}
    hidden |= {"since"} if "verified.date" in facts else set()
    # The steps of a guide take the place of where to sign in; forbidden terms leave nothing to offer.
    hidden |= set() if "setup" in facts else {"url"}
    hidden |= {"team"} if facts.get("team", {}).get("value") == "forbidden" else set()
    return facts.keys() - hidden - UNSEEN


@pytest.mark.thorough
def test_no_text_of_a_page_is_left_without_a_mark(page, served):
    pages = [f"/2fa-directory/{slug}/" for slug in SERVICES]
    found = {}
    for path in (*pages, "/share-2fa-for/alpha/", "/share-2fa-for/charlie/"):
        visit(page, served, path)
        if bare := [text for text in look(page, "findUnmarked") if not FIXED.fullmatch(text)]:
            found[path] = bare
    assert found == {}


@pytest.mark.thorough
def test_a_page_on_sharing_shows_the_publishers_words(page, served):
    visit(page, served, "/share-2fa-for/alpha/")
    marked = {name: marks for names, marks in look(page, "listMarked") for name in names}
    for fact in ("pitch", "totp.steps", "sms.steps", "totp.teammates", "sms.teammates"):
        assert marked[f"product.{fact}"] == ["Settings"], fact
    assert marked["sharing.verdict"] == marked["sharing.quote"] == marked["sharing.instead"] == ["Guide"]


@pytest.mark.thorough
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_and_banner_can_be_read_and_nothing_sticks_out(page, served, scheme):
    page.emulate_media(color_scheme=scheme)
    seen = set()
    for path in ("/2fa-directory/alpha/", "/2fa-directory/charlie/", "/share-2fa-for/alpha/"):
        visit(page, served, path)
        measured = [*look(page, "measureTexts"), *look(page, "measureBanner")]
        seen |= {text for text, _ in measured}
        assert [(text, ratio) for text, ratio in measured if ratio < 4.5] == []
        for width in (320, 375, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert look(page, "findOverflow") is None
    layers = {"First Source", "Second Source", "Guide", "Settings", "Derived", "Default", "History"}
    assert {*layers, "Draft", "1 warning"} - seen == set()
    page.emulate_media(media="print")
    expect(page.locator("#twofa-draft aside")).to_be_hidden()
    expect(page.locator("main .twofa-mark").first).to_be_hidden()


@pytest.mark.thorough
def test_the_button_is_worked_by_the_keyboard_and_remembered(page, served):
    plain = f"http://127.0.0.1:{served.port}/2fa-directory/alpha/"
    visit(page, served, "/2fa-directory/alpha/")
    mark = page.locator("#recovery .twofa-mark").last
    assert mark.get_attribute("href") == f"vscode://file{served.project.root}/content/services/alpha.yaml:12"
    assert "recovery_link: content/services/alpha.yaml:12" in (mark.get_attribute("title") or "")
    button = page.get_by_role("button", name="Show where facts come from")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".twofa-mark")).to_have_count(0)
    expect(page.locator("[data-twofa-facts], .twofa-fact")).to_have_count(0)
    page.goto(plain)
    expect(button).to_have_attribute("aria-pressed", "false")
    button.focus()
    page.keyboard.press("Space")
    expect(page.locator("main .twofa-mark").first).to_be_visible()
    # A list has no facts of its own.
    page.goto(f"http://127.0.0.1:{served.port}/2fa-directory/")
    expect(page.locator("#twofa-draft")).to_contain_text("Draft")
    expect(button).to_have_count(0)


@pytest.mark.thorough
def test_warnings_stay_folded(page, served):
    visit(page, served, "/2fa-directory/alpha/")
    warning = page.locator("#twofa-draft li")
    page.locator("#twofa-draft summary").click()
    expect(warning).to_be_hidden()
    page.goto(f"http://127.0.0.1:{served.port}/2fa-directory/alpha/")
    expect(warning).to_be_hidden()
    page.locator("#twofa-draft summary").click()
    expect(warning).to_be_visible()
    expect(warning).to_contain_text("there are steps for Email")
