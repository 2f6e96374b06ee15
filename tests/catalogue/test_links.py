"""Outside links: where each stands, which are dead, and which are left alone."""

from __future__ import annotations

import pytest

from generator.catalogue.gather import Gathered, gather
from generator.catalogue.links import find_markdown_links
from generator.catalogue.places import Place, list_places
from generator.config import Settings, load_settings
from tests.helpers import TODAY, Project

GUIDE = """\
domain: alpha.example
verified: {date: 2026-02-01, by: mk, source: https://alpha.example/seen, methods: [totp, u2f, sms]}
setup:
  source: https://alpha.example/help
  steps: ["Open [the settings](https://alpha.example/settings#totp)."]
  methods: {totp: ["See <https://alpha.example/totp>."]}
recovery: {link: https://alpha.example/back, notes: "[Call](https://alpha.example/call)."}
sharing: {verdict: tolerated, source: https://alpha.example/terms, checked: 2026-02-01, instead: "[So](https://a.example/)"}
teams: {enforce: true, source: https://alpha.example/teams}
override: {methods: {add: [email], reason: New., source: https://alpha.example/news}}
faq: [{question: Why?, answer: "[Because](https://alpha.example/why), and [we say](/methodology/)."}]
"""


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Nothing here.", []),
        ("[a](https://a.example/x) and [b](http://b.example)", ["https://a.example/x", "http://b.example"]),
        ("[a](https://a.example/x_(y)), then", ["https://a.example/x_(y)"]),
        ('[a]( <https://a.example/x> "title")', ["https://a.example/x"]),
        ("[a][1]\n\n[1]: https://a.example/x", ["https://a.example/x"]),
        ("<https://a.example/?q=1>", ["https://a.example/?q=1"]),
        ("`[a](https://a.example/)`", []),
        ("[a](/faq/) [b](mailto:x@a.example) [c](#d)", []),
        ("https://a.example/ alone is no link", []),
    ],
)
def test_links_in_markdown(text, links):
    assert find_markdown_links(text) == links


def load(project: Project, today: str = TODAY) -> tuple[Gathered, Settings]:
    settings = load_settings(project.root)
    return gather(settings, today, "2026-12-31"), settings


def find_places(project: Project) -> dict[str, tuple[Place, ...]]:
    gathered, settings = load(project)
    assert not [problem for problem in gathered.problems if problem.severity == "error"]
    return list_places(gathered.catalogue, gathered.usable, gathered.content.editorial, settings)


def test_every_link_of_a_guide_with_its_line(tiny):
    tiny.write_curated("alpha", GUIDE)
    found = {
        url: (place.fact, place.line)
        for url, places in find_places(tiny).items()
        for place in places
        if place.path == "content/services/alpha.yaml"
    }
    assert found == {
        "https://alpha.example/seen": ("verified.source", 2),
        "https://alpha.example/help": ("setup.source", 4),
        "https://alpha.example/settings": ("setup.steps", 5),
        "https://alpha.example/totp": ("setup.methods.totp", 6),
        "https://alpha.example/back": ("recovery.link", 7),
        "https://alpha.example/call": ("recovery.notes", 7),
        "https://alpha.example/terms": ("sharing.source", 8),
        "https://a.example/": ("sharing.instead", 8),
        "https://alpha.example/teams": ("teams.source", 9),
        "https://alpha.example/news": ("override.methods.source", 10),
        "https://alpha.example/why": ("faq", 11),
    }


def test_every_link_of_the_records_and_of_the_other_texts(tiny):
    places = find_places(tiny)
    assert {url: [(place.slug, place.fact, place.path) for place in found] for url, found in places.items()} == {
        "https://alpha.example/help": [("alpha", "documentation", None)],
        "https://alpha.example/lost": [("alpha", "recovery_link", None)],
        "https://echo.example/form": [("echo", "contact.form", None)],
        "https://echo.example/passkeys": [("echo", "passkeys.documentation", None)],
        "https://login.example.com/": [("foxtrot", "url", None)],
        "https://agency.example/": [(None, "What is 2FA?", "content/faq.yaml")],
        "https://standard.example/": [(None, "totp", "content/methods.yaml")],
        **{
            url: [(None, f"{source}.{key}", "content/sources.yaml") for source, key in keys]
            for url, keys in SOURCES.items()
        },
    }


SOURCES = {
    "https://first.example/": [("2fa-directory", "homepage"), ("2fa-directory", "credit")],
    "https://second.example/": [("passkeys", "homepage"), ("passkeys", "credit")],
    "https://second.example/licence": [("passkeys", "licence.url")],
    "https://first.example/licence": [("2fa-directory", "licence.url")],
}


def test_one_address_in_several_places(tiny):
    tiny.write_curated("alpha", GUIDE)
    assert find_places(tiny)["https://alpha.example/help"] == (
        Place(slug="alpha", fact="documentation", path=None),
        Place(slug="alpha", fact="setup.source", path="content/services/alpha.yaml", line=4),
    )


def test_own_service_of_an_editor(tiny):
    tiny.write_curated(
        "own",
        "domain: own.example\nname: Own\ncategories: [cloud]\nmethods: [totp]\ndocumentation: https://own.example/2fa\n",
    )
    assert find_places(tiny)["https://own.example/2fa"] == (
        Place(slug="own", fact="documentation", path="content/services/own.yaml", line=5),
    )


# --- Dead and suppressed ----------------------------------------------------------------------------------------------

HELP = "https://alpha.example/help"
SUPPRESSION = f"- url: {HELP}#part\n  reason: Works in a browser.\n  until: 2026-03-05\n"


def find_dead(project: Project, today: str = TODAY) -> list[tuple[str, str, tuple[Place, ...]]]:
    """Return the links that are dead and not suppressed, where they still stand: address, ISO date, places."""
    gathered, settings = load(project, today)
    places = list_places(gathered.catalogue, gathered.usable, gathered.content.editorial, settings)
    dead = gathered.catalogue.baseline.dead_links
    return [(url, since, places[url]) for url, since in dead.items() if url in places]


def test_dead_links_with_their_places(tiny):
    tiny.write_dead_links({HELP: "2026-02-01", "https://gone.example/": "2026-02-02"})
    (found,) = find_dead(tiny)
    assert found == (HELP, "2026-02-01", (Place(slug="alpha", fact="documentation", path=None),))


def test_a_service_knows_its_own_dead_links(tiny):
    tiny.write_dead_links({HELP: "2026-02-01"})
    services = load(tiny)[0].catalogue.services
    assert {service.slug: service.dead_links for service in services if service.dead_links} == {
        "alpha": {HELP: "2026-02-01"}
    }


@pytest.mark.parametrize(("today", "count"), [("2026-03-05", 0), ("2026-03-06", 1)])
def test_a_suppression_counts_until_its_day(tiny, today, count):
    tiny.write_dead_links({HELP: "2026-02-01"})
    tiny.write("content/links.yaml", SUPPRESSION)
    assert len(find_dead(tiny, today)) == count


def test_a_suppression_that_has_ended_is_a_warning(tiny):
    tiny.write("content/links.yaml", SUPPRESSION)
    assert tiny.check(today="2026-03-05") == []
    (problem,) = tiny.check(today="2026-03-06")
    assert (problem["path"], problem["line"], problem["rule"], problem["severity"]) == (
        "content/links.yaml",
        1,
        "suppression-ended",
        "warning",
    )
    assert "2026-03-05" in problem["message"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"- {{url: {HELP}, until: 2026-03-05}}\n", "missing-key"),
        (f"- {{url: {HELP}, reason: Seen.}}\n", "missing-key"),
        (f"- {{url: {HELP}, reason: '', until: 2026-03-05}}\n", "too-short"),
        ("- {url: alpha.example/help, reason: Seen., until: 2026-03-05}\n", "link"),
        (f"- {{url: {HELP}, reason: Seen., until: soon}}\n", "date"),
        (f"- {{url: {HELP}, reason: Seen., until: 2026-03-05, for: ever}}\n", "unknown-key"),
    ],
)
def test_a_suppression_needs_a_link_a_reason_and_a_day(tiny, text, rule):
    tiny.write("content/links.yaml", text)
    problems = tiny.check()
    assert [(problem["path"], problem["severity"]) for problem in problems] == [("content/links.yaml", "error")]
    assert problems[0]["rule"] == rule


def test_damaged_data_is_named(tiny):
    tiny.write("data/links.json", '{"format": 1}')
    (problem,) = tiny.check()
    assert (problem["path"], problem["rule"]) == ("data/links.json", "damaged-data")


# --- For editors ------------------------------------------------------------------------------------------------------


def test_a_dead_link_of_a_guide_is_a_warning_and_a_row_of_todo(tiny):
    """One of the record is upstream's to mend."""
    tiny.write_curated("alpha", GUIDE)
    dead = ("https://alpha.example/settings", "https://alpha.example/news", "https://alpha.example/lost")
    tiny.write_dead_links(dict.fromkeys(dead, "2026-02-01"))
    found = [problem for problem in tiny.check() if problem["rule"] == "dead-link"]
    assert [(problem["path"], problem["line"], problem["severity"]) for problem in found] == [
        ("content/services/alpha.yaml", 5, "warning"),
        ("content/services/alpha.yaml", 10, "warning"),
    ]
    assert "https://alpha.example/settings#totp" in found[0]["message"]
    items = tiny.run("todo", "--json", "--date", TODAY).json["items"]
    rows = [item for item in items if item["reason"] == "dead-link"]
    assert [(item["slug"], item["path"]) for item in rows] == [("alpha", "content/services/alpha.yaml")] * 2
    tiny.write("content/links.yaml", "".join(f"- {{url: {url}, reason: Seen., until: 2026-03-05}}\n" for url in dead))
    assert [problem for problem in tiny.check() if problem["rule"] == "dead-link"] == []
