"""What pages say of links that may be dead, on whole sites."""

from __future__ import annotations

import pytest

from tests.helpers import Project, read_tree
from tests.pages.reading import Element, parse_page

DAY = "2026-02-01"
GUIDE = """\
domain: alpha.example
setup:
  source: https://alpha.example/guide
  steps: ["Open [the settings](https://alpha.example/settings#totp)."]
  methods: {call: ["See <https://alpha.example/call>."]}
sharing: {verdict: tolerated, source: https://alpha.example/terms, checked: 2026-02-01, instead: "[So](https://a.example/)"}
"""


def read(project: Project, name: str) -> Element:
    outcome = project.build()
    assert outcome.code == 0, outcome.err
    return parse_page((project.site / name / "index.html").read_bytes())


def find_sentences(page: Element) -> list[str]:
    return [item.words for item in page.get("section", id="sources").find_all("li") if "may be dead" in item.words]


def say(address: str) -> str:
    return f"The link to {address} may be dead: our checks of it have failed since {DAY}."


def test_a_page_says_nothing_of_links_that_work(tiny):
    before = tiny.build() and read_tree(tiny.site)
    assert not [name for name, data in before.items() if b"may be dead" in data]


def test_beside_the_documentation_and_among_the_sources(tiny):
    tiny.write_dead_links({"https://alpha.example/help": DAY})
    page = read(tiny, "2fa-directory/alpha")
    badge = next(item for item in page.find_all("li", cls="badge") if "documentation" in item.words)
    assert badge.words == "Official documentation The link may be dead."
    assert find_sentences(page) == [say("alpha.example/help")]
    links = page.get("section", id="sources").find_all("a")
    assert "https://alpha.example/help" in {link.attributes["href"] for link in links}


@pytest.mark.parametrize(
    ("slug", "dead"),
    [
        ("alpha", {"https://alpha.example/lost": "alpha.example/lost"}),
        ("echo", {"https://echo.example/passkeys": "echo.example/passkeys"}),
        ("foxtrot", {"https://login.example.com/": "login.example.com"}),
        ("bravo", {"https://bravo.example/form": "bravo.example/form"}),
    ],
)
def test_links_of_the_record(tiny, slug, dead):
    text = (
        (tiny.data / "2fa-directory.json")
        .read_text()
        .replace('"twitter": "bravo"', '"form": "https://bravo.example/form"')
    )
    tiny.write("data/2fa-directory.json", text)
    tiny.write_dead_links(dict.fromkeys(dead, DAY))
    page = read(tiny, f"2fa-directory/{slug}")
    assert find_sentences(page) == [say(shown) for shown in dead.values()]
    assert "The link may be dead." not in page.words


def test_links_of_a_guide_as_far_as_the_page_shows_them(tiny):
    tiny.write_curated("alpha", GUIDE)
    urls = ("guide", "settings", "call", "terms")
    tiny.write_dead_links({f"https://alpha.example/{name}": DAY for name in urls} | {"https://a.example/": DAY})
    page = read(tiny, "2fa-directory/alpha")
    assert find_sentences(page) == [say(f"alpha.example/{name}") for name in ("guide", "terms", "settings#totp")] + [
        say("a.example")
    ]
    share = parse_page((tiny.site / "share-2fa-for/alpha/index.html").read_bytes())
    assert f"{say('alpha.example/terms')} {say('a.example')}" in share.words
    assert "alpha.example/guide" not in share.words


def test_a_guide_on_the_page_of_a_service_that_uses_its_account(tiny):
    tiny.write_curated("alpha", GUIDE)
    tiny.write_curated("foxtrot", "domain: foxtrot.example\naccount: alpha.example\n")
    tiny.write_dead_links(
        dict.fromkeys(["https://alpha.example/guide", "https://alpha.example/terms", "https://login.example.com/"], DAY)
    )
    assert find_sentences(read(tiny, "2fa-directory/foxtrot")) == [say("alpha.example/guide")]


def test_a_contact_form_is_only_on_pages_without_2fa(tiny):
    tiny.write_dead_links({"https://echo.example/form": DAY})
    assert find_sentences(read(tiny, "2fa-directory/echo")) == []


def test_a_suppressed_link_is_not_called_dead(tiny):
    tiny.write_dead_links({"https://alpha.example/help": DAY})
    tiny.write("content/links.yaml", "- {url: https://alpha.example/help, reason: Works., until: 2026-03-01}\n")
    assert "may be dead" not in read(tiny, "2fa-directory/alpha").words


# --- Builds -----------------------------------------------------------------------------------------------------------


def build_changes(project: Project, today: str) -> set[str]:
    before = read_tree(project.site)
    outcome = project.build(today=today)
    assert outcome.code == 0, outcome.err
    after = read_tree(project.site)
    return {name for name in after if after[name] != before.get(name)}


#: Its page, and the queues of the editors.
CHANGED = {"2fa-directory/alpha/index.html", "editors/index.html"}


def test_only_the_pages_that_show_the_link_change(tiny):
    tiny.build()
    tiny.write_dead_links({"https://alpha.example/help": DAY, "https://other.example/": DAY})
    assert build_changes(tiny, "2026-03-01") == CHANGED


def test_a_suppression_that_ends_changes_the_page_on_that_day(tiny):
    tiny.write_dead_links({"https://alpha.example/help": DAY})
    tiny.write("content/links.yaml", "- {url: https://alpha.example/help, reason: Works., until: 2026-03-05}\n")
    tiny.build()
    assert build_changes(tiny, "2026-03-05") == set()
    assert build_changes(tiny, "2026-03-06") == CHANGED
    assert build_changes(tiny, "2026-03-05") == CHANGED


def test_an_edit_of_a_guide_keeps_what_is_known_of_links(tiny):
    """Edits of guides alone are built another way than the whole."""
    tiny.write_dead_links({"https://alpha.example/help": DAY, "https://alpha.example/lost": DAY})
    tiny.write("content/links.yaml", "- {url: https://alpha.example/lost, reason: Works., until: 2026-03-05}\n")
    tiny.write_curated("alpha", GUIDE)
    tiny.build()
    tiny.write_curated("alpha", GUIDE.replace("Open", "Find"))
    page = read(tiny, "2fa-directory/alpha")
    assert "Find" in page.words
    assert find_sentences(page) == [say("alpha.example/help")]
    tiny.build(today="2026-03-06")
    page = parse_page((tiny.site / "2fa-directory/alpha/index.html").read_bytes())
    assert find_sentences(page) == [say("alpha.example/help"), say("alpha.example/lost")]
