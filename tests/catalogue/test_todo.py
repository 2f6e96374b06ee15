"""The queues of what needs an editor: ``twofa todo`` on the command line, and the page of the editors."""

from __future__ import annotations

import pytest

from generator.formats.ledger import Gone, Row
from tests.helpers import ENTRIES, FIRST_DAY, PASSKEYS, SITE, TODAY, make_entry, make_rows
from tests.pages.reading import parse_page

D = "domain: alpha.example\n"
URL = "https://alpha.example/help"
SETUP = f"setup: {{source: {URL}, steps: [Go.]}}\n"


def verified(date: str, methods: str = "totp, u2f, sms") -> str:
    return f"verified: {{date: {date}, by: mk, source: {URL}, methods: [{methods}]}}\n"


SHARING = f"sharing: {{verdict: forbidden, source: {URL}, checked: 2026-02-01}}\n"
DONE = D + SETUP + verified("2026-02-01") + SHARING


def todo(project, *arguments, today=TODAY):
    outcome = project.run("todo", "--json", "--date", today, *arguments)
    assert (outcome.code, outcome.err) == (0, "")
    items = outcome.json["items"]
    assert all(set(item) == {"slug", "reason", "detail", "path"} for item in items)
    return items


def reasons(items, slug):
    return [item["reason"] for item in items if item["slug"] == slug]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ["no-guide"]),
        (D, ["no-guide"]),
        (DONE, []),
        (D + SETUP, ["unverified", "sharing-unknown"]),
        (DONE.replace("2026-02-01, by", "2025-02-01, by"), ["stale"]),
        (D + SETUP + verified("2026-02-01", "totp") + SHARING, ["needs-review"]),
        # What changed counts for more than what is old.
        (D + SETUP + verified("2020-02-01", "totp") + SHARING, ["needs-review"]),
        (DONE + "disputed: Two answers\n", ["disputed"]),
        (D + "account: foxtrot.example\n", []),
        (DONE + f"override: {{methods: {{add: [totp], reason: So., source: {URL}}}}}\n", ["override-overtaken"]),
        (DONE.replace("steps: [Go.]", "methods: {email: [Go.]}"), ["unlisted-method"]),
    ],
)
def test_what_a_guide_waits_for(tiny, text, expected):
    if text:
        tiny.write_curated("alpha", text)
    items = todo(tiny)
    assert reasons(items, "alpha") == expected
    assert {item["path"] for item in items if item["slug"] == "alpha"} <= {"content/services/alpha.yaml"}


def test_a_service_without_2fa_needs_no_guide(tiny):
    assert reasons(todo(tiny), "bravo") == []


def test_a_typo_that_is_mended_moves_nothing(tiny):
    tiny.write_curated("alpha", DONE.replace("2026-02-01, by", "2025-02-01, by"))
    before = todo(tiny)
    tiny.write_curated("alpha", DONE.replace("2026-02-01, by", "2025-02-01, by").replace("Go.", "Go on."))
    assert todo(tiny) == before


def test_a_change_upstream_asks_for_a_review_everywhere(tiny):
    tiny.write_curated("alpha", DONE)
    tiny.build()
    assert "Verified on 2026-02-01 by mk" in parse_page(tiny.read("site/2fa-directory/alpha/index.html")).words
    entries = ENTRIES | {"alpha.example": make_entry("alpha.example", "sms", "u2f")}
    tiny.write_snapshot(entries.values(), PASSKEYS)
    (item,) = [item for item in todo(tiny) if item["slug"] == "alpha"]
    assert item["reason"] == "needs-review"
    assert item["detail"] == (
        "upstream lists Security key (FIDO), SMS; "
        "verified on 2026-02-01 with Security key (FIDO), Authenticator app (TOTP), SMS"
    )
    tiny.build()
    assert "needs a review" in tiny.read("site/2fa-directory/alpha/index.html")
    assert item["detail"] in tiny.read("site/editors/index.html")


def test_queues_come_in_their_order_and_stale_guides_by_age(tiny):
    tiny.write_curated("alpha", DONE.replace("2026-02-01, by", "2025-01-01, by"))
    tiny.write_curated(
        "foxtrot", DONE.replace("alpha", "foxtrot").replace("2026-02-01, by", "2024-01-01, by").replace("sms", "")
        .replace("[totp, u2f, ]", "[totp, u2f]"),
    )  # fmt: skip
    tiny.write_curated("delta", "domain: delta.example\ndisputed: Two answers\n")
    items = [(item["slug"], item["reason"]) for item in todo(tiny)]
    assert items == [
        ("foxtrot", "stale"),
        ("alpha", "stale"),
        ("delta", "disputed"),
        ("charlie", "no-guide"),
        ("echo", "no-guide"),
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("", ["alpha", "charlie", "delta", "echo", "foxtrot"]),
        ("wanted: {services: [foxtrot.example, delta.example]}\n", ["foxtrot", "delta", "alpha", "charlie", "echo"]),
        ("wanted: {categories: [travel, banking]}\n", ["delta", "charlie", "alpha", "echo", "foxtrot"]),
        (
            "wanted: {services: [echo.example], categories: [banking]}\n",
            ["echo", "charlie", "delta", "alpha", "foxtrot"],
        ),
    ],
)
def test_guides_are_missed_in_the_order_of_the_settings(tiny, wanted, expected):
    tiny.write("content/site.yaml", SITE + wanted)
    items = [item for item in todo(tiny) if item["reason"] == "no-guide"]
    assert [item["slug"] for item in items] == expected
    assert items[0]["detail"] == f"twofa new {expected[0]}.example"


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (Gone(how="removed", date="2026-02-01"), "is no longer listed"),
        (Gone(how="moved", date="2026-02-01", to="alpha.example"), "has become alpha.example"),
        (Gone(how="merged", date="2026-02-01", to="alpha.example"), "has become alpha.example"),
    ],
)
def test_a_file_without_its_service(tiny, gone, words):
    tiny.write_ledger(make_rows(ENTRIES) | {"old.example": Row(slug="old", since=FIRST_DAY, gone=gone)})
    tiny.write_curated("old", "domain: old.example\n" + SETUP)
    (item,) = [item for item in todo(tiny) if item["slug"] == "old"]
    assert (item["reason"], item["path"]) == ("orphaned", "content/services/old.yaml")
    assert words in item["detail"]


def test_services_without_a_name_are_one_row_for_each_service(tiny):
    """The Passkeys Directory lists domains; equal records with a first label or a page in common are one service."""
    same = {"passwordless": "allowed", "documentation": "https://one.example/keys"}
    tiny.write_snapshot(
        ENTRIES.values(),
        PASSKEYS
        | {
            "kayak.example": {"passwordless": "allowed"},
            "kayak.com": {"passwordless": "allowed"},
            "canoe.example": {"passwordless": "allowed"},
            "one.example": same,
            "two.example": same,
            "nothing.example": {},
        },
    )
    items = [item for item in todo(tiny) if item["reason"] == "unnamed"]
    assert [(item["slug"], item["detail"]) for item in items] == [
        ("canoe", "twofa new canoe.example --name …"),
        ("kayak", "twofa new kayak.com --name … (also kayak.example)"),
        ("one", "twofa new one.example --name … (also two.example)"),
    ]


def test_dead_links_of_guides_and_of_records(tiny):
    tiny.write_curated("foxtrot", "domain: foxtrot.example\nrecovery: {link: 'https://foxtrot.example/lost'}\n")
    tiny.write_dead_links({"https://alpha.example/help": "2026-02-01", "https://foxtrot.example/lost": "2026-02-02"})
    items = {item["slug"]: item for item in todo(tiny) if item["reason"] == "dead-link"}
    assert items.keys() == {"alpha", "foxtrot"}
    assert items["alpha"]["path"] == "content/links.yaml"
    assert items["alpha"]["detail"].startswith("https://alpha.example/help, in the record of the source, since 2026-02")
    assert items["foxtrot"]["path"] == "content/services/foxtrot.yaml"
    tiny.build()
    page = tiny.read("site/editors/index.html")
    assert 'href="https://git.example.com/tiny/edit/main/content/links.yaml"' in page


def test_a_file_with_the_name_of_another_service_is_not_taken_for_its_guide(tiny):
    tiny.write_curated("bravo", D + SETUP)
    (item,) = [item for item in todo(tiny) if item["reason"] == "file-name"]
    assert (item["slug"], item["path"]) == ("alpha", "content/services/bravo.yaml")
    tiny.build()
    rows = parse_page(tiny.read("site/editors/index.html")).get(id="file-name")
    assert [link.attributes["href"] for link in rows.find_all("a")] == [
        "/2fa-directory/alpha/", "https://git.example.com/tiny/edit/main/content/services/bravo.yaml"
    ]  # fmt: skip


def test_an_unnamed_service_is_given_the_slug_that_it_would_get(tiny):
    tiny.write_snapshot(ENTRIES.values(), PASSKEYS | {"alpha.example.org": {"passwordless": "allowed"}})
    (item,) = [item for item in todo(tiny) if item["reason"] == "unnamed"]
    assert item["path"] == "content/services/alpha-example-org.yaml"
    assert tiny.run("new", "alpha.example.org", "--name", "Another").code == 0
    assert (tiny.root / item["path"]).exists()


def test_errors_come_before_everything_else(tiny):
    tiny.write_curated("alpha", D + "disputed: NO\n")
    outcome = tiny.run("todo", "--date", TODAY)
    assert (outcome.code, outcome.out) == (5, "")
    assert "content/services/alpha.yaml:2:11" in outcome.err
    assert "twofa check" in outcome.err


def test_text_names_the_file_and_shortens_long_queues(tiny):
    entries = [make_entry(f"s{number:02}.example", "totp") for number in range(25)]
    tiny.write_snapshot(entries)
    tiny.write_ledger(make_rows(fields["domain"] for _, fields in entries))
    outcome = tiny.run("todo", "--date", TODAY)
    lines = outcome.out.splitlines()
    assert lines[0] == "Services without a guide (25) [no-guide]"
    assert lines[2] == "  content/services/s00.yaml  twofa new s00.example"
    assert lines[-1] == "  … and 5 more: twofa todo --all"
    assert len(tiny.run("todo", "--all", "--date", TODAY).out.splitlines()) == 27


def test_nothing_to_do(tiny):
    tiny.write_snapshot([make_entry("bravo.example")])
    tiny.write_ledger(make_rows(["bravo.example"]))
    assert tiny.run("todo", "--date", TODAY).out == "Nothing needs an editor.\n"
    assert todo(tiny) == []


# --- The page ---------------------------------------------------------------------------------------------------------


def test_page_holds_the_queues_with_links_to_the_files(tiny):
    tiny.write_curated("alpha", D + SETUP)
    tiny.build()
    page = tiny.read("site/editors/index.html")
    assert '<meta name="robots" content="noindex">' in page
    assert 'href="https://git.example.com/tiny/edit/main/content/services/alpha.yaml"' in page
    assert (
        "https://git.example.com/tiny/new/main?filename=content%2Fservices%2Fcharlie.yaml&amp;value=%23%20yaml" in page
    )
    assert 'href="https://git.example.com/tiny/blob/main/CONTRIBUTING.md"' in page
    assert "/editors/" not in tiny.read("site/sitemap.xml")
    text = parse_page(page).words
    for item in todo(tiny):
        assert item["detail"] in text
        assert item["path"] in text


def test_page_without_a_repository_has_paths_only(tiny):
    tiny.write("content/site.yaml", SITE.replace("repository: https://git.example.com/tiny\n", ""))
    tiny.write_curated("alpha", D + SETUP)
    tiny.build()
    page = tiny.read("site/editors/index.html")
    assert "content/services/alpha.yaml" in page
    assert "git.example.com" not in page


def test_page_shows_the_beginning_of_long_queues(tiny):
    entries = [make_entry(f"s{number:03}.example", "totp") for number in range(103)]
    tiny.write_snapshot(entries)
    tiny.write_ledger(make_rows(fields["domain"] for _, fields in entries))
    tiny.build()
    page = tiny.read("site/editors/index.html")
    assert page.count("twofa new s") == 100
    assert "And 3 more" in page
