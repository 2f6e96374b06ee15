"""Services that moved: what editors confirm in content/moves.yaml, and guides that follow."""

import json

import pytest

from generator.formats.events import parse_events
from generator.formats.ledger import Gone, Row
from generator.formats.ledger_file import parse_ledger
from tests.helpers import ENTRIES, make_entry, make_rows

OLD = make_entry("old.example", "sms", name="Old Name", documentation="https://old.example/2fa")
DAY = "2026-02-01"


def leave(project, *, how="removed", to=None, name=None, perhaps=(), since="2026-01-05"):
    """Let old.example have left; foxtrot.example entered on the day ``since``."""
    record = OLD if how == "removed" else None
    gone = Gone(how=how, date=DAY, to=to, name=name, record=record, perhaps=perhaps)
    rows = {**make_rows(ENTRIES), "old.example": Row(slug="old", since="2026-01-05", gone=gone)}
    rows["foxtrot.example"] = Row(slug="foxtrot", since=since)
    project.write_ledger(rows, ["/", "/faq/", "/2fa-directory/"])


def fetch(project, entries=None, day="2026-03-01"):
    path = project.write("served.json", json.dumps(entries or list(ENTRIES.values())))
    outcome = project.run("fetch", "--from", path, "--date", day)
    assert outcome.code == 0, outcome.out + outcome.err
    return parse_ledger(project.read("data/ledger.json")).services


def read_events(project):
    path = project.data / "events.jsonl"
    return [(e.type, e.domain, e.date, e.details) for e in parse_events(path.read_bytes())] if path.exists() else []


def find_items(project):
    items = project.run("todo", "--json", "--date", "2026-03-01").json["items"]
    return [item for item in items if item["reason"] in {"perhaps-moved", "moved-domain", "orphaned"}]


# --- Suggestions ------------------------------------------------------------------------------------------------------


def test_a_suggestion_waits_in_todo_until_it_is_settled(tiny):
    heir = make_entry("heir.example", "sms", name="Another", documentation="https://old.example/2fa")
    fetch(tiny, [*ENTRIES.values(), OLD], "2026-01-31")
    rows = fetch(tiny, [*ENTRIES.values(), heir], DAY)
    assert rows["old.example"].gone.perhaps == ("heir.example",)
    (item,) = find_items(tiny)
    assert (item["slug"], item["path"]) == ("old", "content/moves.yaml")
    assert item["detail"] == f"left on {DAY}; old.example: heir.example or old.example: null"
    # The page of the editors shows it with a link to the file.
    assert tiny.build().code == 0
    page = tiny.read("site/editors/index.html")
    assert "Services that may have moved" in page
    assert "edit/main/content/moves.yaml" in page
    tiny.write("content/moves.yaml", "old.example: null\n")
    assert find_items(tiny) == []
    assert fetch(tiny, [*ENTRIES.values(), heir])["old.example"].gone.perhaps == ()
    tiny.write("content/moves.yaml", "{}\n")
    assert find_items(tiny) == []


def test_one_line_confirms_it(tiny):
    heir = make_entry("heir.example", "sms", name="Another", documentation="https://old.example/2fa")
    fetch(tiny, [*ENTRIES.values(), OLD], "2026-01-31")
    fetch(tiny, [*ENTRIES.values(), heir], DAY)
    assert tiny.build().code == 0
    assert "was removed from" in tiny.read("site/2fa-directory/old/index.html")
    before = read_events(tiny)
    tiny.write("content/moves.yaml", "old.example: heir.example\n")
    assert tiny.check() == []
    assert find_items(tiny) == []
    # The site leads there at once, the history follows with the next fetch.
    assert tiny.build().code == 0
    assert 'href="/2fa-directory/heir/"' in tiny.read("site/2fa-directory/old/index.html")
    gone = fetch(tiny, [*ENTRIES.values(), heir])["old.example"].gone
    assert (gone.how, gone.to, gone.date, gone.name, gone.record) == ("moved", "heir.example", DAY, "Old Name", None)
    moved = ("moved", "heir.example", "2026-03-01", {"old_domain": "old.example", "old_name": "Old Name"})
    assert read_events(tiny) == [*before, moved]
    # Once is enough, and without the line it stays so.
    ledger = tiny.read("data/ledger.json")
    fetch(tiny, [*ENTRIES.values(), heir], "2026-03-02")
    tiny.write("content/moves.yaml", "{}\n")
    fetch(tiny, [*ENTRIES.values(), heir], "2026-03-03")
    assert read_events(tiny) == [*before, moved]
    assert tiny.read("data/ledger.json") == ledger


def test_into_a_service_that_was_there_before_it_is_a_merge(tiny):
    leave(tiny)
    tiny.write("content/moves.yaml", "Old.Example: foxtrot.example\n")
    gone = fetch(tiny)["old.example"].gone
    assert (gone.how, gone.to) == ("merged", "foxtrot.example")
    assert ("merged", "old.example", "2026-03-01", {"into": "foxtrot.example"}) in read_events(tiny)
    assert tiny.build().code == 0
    assert 'href="/2fa-directory/foxtrot/"' in tiny.read("site/2fa-directory/old/index.html")


CASES = {
    "a domain that nobody knows": ("nobody.example: alpha.example", "error", "unlisted-domain"),
    "a successor that nobody knows": ("old.example: alfa.example", "error", "did you mean alpha.example"),
    "itself": ("old.example: old.example", "error", "unlisted-domain"),
    "a service that is listed": ("alpha.example: bravo.example", "warning", "remove the line"),
    "a successor that has left": ("old.example: gone.example", "warning", "write null"),
    "no domain": ("old.example: https://alpha.example", "error", "must be a domain"),
    "a number": ("old.example: 7", "error", "text"),
    "no domain before the colon": ("Old Name: alpha.example", "error", "domain"),
    "a list": ("[old.example]", "error", "content/moves.yaml"),
}


@pytest.mark.parametrize("case", CASES)
def test_checks(tiny, case):
    text, severity, words = CASES[case]
    gone = Gone(how="removed", date=DAY, record=make_entry("gone.example", "totp"))
    rows = {
        **make_rows(ENTRIES),
        "old.example": Row(slug="old", since=DAY, gone=Gone(how="removed", date=DAY, record=OLD)),
    }
    rows["gone.example"] = Row(slug="gone", since=DAY, gone=gone)
    tiny.write_ledger(rows, ["/"])
    tiny.write("content/moves.yaml", f"# Moves\n{text}\n")
    (problem,) = tiny.check()
    assert (problem["path"], problem["line"], problem["severity"]) == ("content/moves.yaml", 2, severity)
    assert words in f"{problem['rule']} {problem['message']} {problem['fix']} {problem['path']}"
    # What is wrong there never stops a fetch.
    fetch(tiny)


def test_nothing_is_said_of_moves_on_sample_data(tiny):
    tiny.forget_snapshot()
    tiny.write("content/moves.yaml", "nobody.example: noone.example\n")
    assert tiny.check() == []


# --- Guides -----------------------------------------------------------------------------------------------------------

GUIDE = """\
domain: old.example
setup:
  source: https://old.example/2fa
  steps: [Open the page **Safety**.]
"""


@pytest.mark.parametrize("name", ["Foxtrot", "FOXTROT [US]"])
def test_a_guide_follows_a_move_under_the_same_name(tiny, name):
    leave(tiny, how="moved", to="foxtrot.example", name=name)
    tiny.write_curated("foxtrot", GUIDE)
    (problem,) = tiny.check()
    assert (problem["rule"], problem["severity"], problem["fix"]) == (
        "moved-domain",
        "warning",
        "set domain: foxtrot.example",
    )
    assert tiny.build().code == 0
    assert "Open the page <strong>Safety</strong>." in tiny.read("site/2fa-directory/foxtrot/index.html")
    assert [item["reason"] for item in find_items(tiny)] == ["moved-domain"]
    # An edit of that guide alone comes to the same as a clean build.
    tiny.write_curated("foxtrot", GUIDE.replace("Safety", "Keys"))
    assert tiny.build().code == 0
    page = tiny.read("site/2fa-directory/foxtrot/index.html")
    assert "<strong>Keys</strong>" in page
    assert tiny.build("--clean").code == 0
    assert tiny.read("site/2fa-directory/foxtrot/index.html") == page


@pytest.mark.parametrize(("how", "name"), [("moved", "Old Name"), ("moved", None), ("merged", "Foxtrot")])
def test_else_it_waits_for_an_editor(tiny, how, name):
    leave(tiny, how=how, to="foxtrot.example", name=name)
    tiny.write_curated("old", GUIDE)
    (problem,) = tiny.check()
    assert (problem["rule"], problem["severity"]) == ("orphaned", "warning")
    assert tiny.build().code == 0
    assert "Safety" not in tiny.read("site/2fa-directory/foxtrot/index.html")


def test_it_does_not_push_another_guide_aside(tiny):
    leave(tiny, how="moved", to="foxtrot.example", name="Foxtrot")
    tiny.write_curated("foxtrot", "domain: foxtrot.example\naliases: [Fox]\n")
    tiny.write_curated("old", GUIDE)
    assert [problem["rule"] for problem in tiny.check()] == ["orphaned"]


def test_a_chain_of_moves(tiny):
    left = Gone(how="moved", date=DAY, to="between.example", name="Foxtrot")
    left_again = Gone(how="moved", date="2026-02-02", to="foxtrot.example", name="Between")
    rows = {
        **make_rows(ENTRIES),
        "old.example": Row(slug="old", since="2026-01-05", gone=left),
        "between.example": Row(slug="between", since=DAY, gone=left_again),
    }
    tiny.write_ledger(rows, ["/"])
    tiny.write_curated("foxtrot", GUIDE)
    assert [problem["rule"] for problem in tiny.check()] == ["moved-domain"]


def test_a_fetch_tells_the_name_that_a_service_had(tiny):
    fetch(tiny, [*ENTRIES.values(), OLD], "2026-01-31")
    rows = fetch(tiny, [*ENTRIES.values(), make_entry("new.example.org", "sms", name="Old Name [US]")], DAY)
    gone = rows["old.example"].gone
    assert (gone.how, gone.to, gone.name) == ("moved", "new.example.org", "Old Name")


# --- One address, two services ----------------------------------------------------------------------------------------

CLAIM = "desk.alpha.example and desk.example have both had the slug desk; its address leads to hub.beta.example"


@pytest.fixture
def moved_twice(tiny):
    """A service that keeps its slug in one move and leaves it in the next, as upstream's history has it."""
    for day, domain in (("01", "desk.alpha.example"), ("02", "desk.example"), ("03", "hub.beta.example")):
        moved = make_entry(domain, "totp", name="Desk")
        fetch(tiny, [*ENTRIES.values(), moved], f"2026-02-{day}")
        outcome = tiny.build()
        assert outcome.code == 0, outcome.err
    return tiny


def find_claims(project):
    checked = [problem for problem in project.check() if problem["rule"] == "shared-address"]
    items = project.run("todo", "--json", "--date", "2026-03-01").json["items"]
    return checked, [item for item in items if item["reason"] == "shared-address"]


def test_a_service_that_moved_twice_does_not_stop_the_site(moved_twice):
    rules = moved_twice.read("site/_redirects").splitlines()
    assert rules == [
        "/2fa-directory/desk/ /2fa-directory/hub/ 301",
        "/share-2fa-for/desk/ /share-2fa-for/hub/ 301",
    ]
    assert 'href="/2fa-directory/hub/"' in moved_twice.read("site/2fa-directory/desk/index.html")


def test_the_claim_that_lost_is_reported_until_it_is_settled(moved_twice):
    line = "desk.alpha.example: hub.beta.example"
    (problem,), (item,) = find_claims(moved_twice)
    assert (problem["path"], problem["severity"], problem["message"]) == ("data/ledger.json", "warning", CLAIM)
    assert problem["fix"].endswith(f"content/moves.yaml: {line}")
    assert (item["slug"], item["path"]) == ("desk", "content/moves.yaml")
    assert item["detail"] == f"{CLAIM}; to settle it: {line}"
    assert "Addresses that two services have had" in moved_twice.read("site/editors/index.html")
    report = moved_twice.read("data/reports/latest.txt")
    assert f"warning: {CLAIM}; to settle it, add to content/moves.yaml: {line}" in report
    moved_twice.write("content/moves.yaml", f"{line}\n")
    assert find_claims(moved_twice) == ([], [])
    served = moved_twice.root / "served.json"
    assert moved_twice.run("fetch", "--from", served, "--date", "2026-02-04").code == 0
    assert "both had" not in moved_twice.read("data/reports/latest.txt")
    assert moved_twice.build().code == 0


def test_a_quiet_night_reports_it_too(moved_twice):
    served = moved_twice.root / "served.json"
    outcome = moved_twice.run("fetch", "--from", served, "--date", "2026-02-04", "--json")
    source = outcome.json["sources"]["2fa-directory"]
    assert source["status"] == "unchanged"
    assert [warning for warning in source["warnings"] if warning.startswith(CLAIM)]


def test_a_successor_that_keeps_the_address_is_no_claim(tiny):
    for day, domain in (("01", "desk.alpha.example"), ("02", "desk.example"), ("03", "desk.alpha.example")):
        fetch(tiny, [*ENTRIES.values(), make_entry(domain, "totp", name="Desk")], f"2026-02-{day}")
        assert tiny.build().code == 0
        assert find_claims(tiny) == ([], [])


def test_a_share_page_that_two_services_had(tiny):
    """Both rows remember it, and once it no longer applies there is one redirect."""
    for day, domain, method in (
        ("01", "desk.alpha.example", "totp"),
        ("02", "desk.example", "totp"),
        ("03", "", "u2f"),
    ):
        moved = make_entry(domain or "desk.example", method, name="Desk")
        fetch(tiny, [*ENTRIES.values(), moved], f"2026-02-{day}")
        outcome = tiny.build()
        assert outcome.code == 0, outcome.err
    assert tiny.read("site/_redirects").splitlines() == ["/share-2fa-for/desk/ /2fa-directory/desk/ 301"]


def test_the_first_owner_returns_after_its_heir_has_left(tiny):
    alpha, heir = (make_entry(domain, "totp", name="Desk") for domain in ("desk.alpha.example", "desk.example"))
    nights = [[alpha], [heir], [], [make_entry("desk.alpha.example", "totp", name="Desk again")]]
    for day, listed in enumerate(nights, 1):
        fetch(tiny, [*ENTRIES.values(), *listed], f"2026-02-0{day}")
        outcome = tiny.build()
        assert outcome.code == 0, outcome.err
    assert "Desk again" in tiny.read("site/2fa-directory/desk/index.html")
    (problem,), _ = find_claims(tiny)
    assert problem["message"].endswith("its address leads to desk.alpha.example")
    assert problem["fix"].endswith("desk.example: null")
    # Back in its turn, the heir gets an address of its own, and the other keeps its.
    rows = fetch(tiny, [*ENTRIES.values(), *nights[3], make_entry("desk.example", "totp", name="Heir")], "2026-02-05")
    assert (rows["desk.alpha.example"].slug, rows["desk.example"].slug) == ("desk", "desk-example")
    assert tiny.build().code == 0
    assert find_claims(tiny) == ([], [])


def test_a_service_that_editors_have_added_again(moved_twice):
    """The address is its own at once, and the other claim leads there, before a fetch and after it."""
    own = "domain: desk.example\nname: Own desk\ncategories: [other]\nmethods: [totp]\n"
    moved_twice.write_curated("desk", own)
    for _ in range(2):
        assert moved_twice.build().code == 0
        assert "Own desk" in moved_twice.read("site/2fa-directory/desk/index.html")
        assert find_claims(moved_twice) == ([], [])
        served = moved_twice.root / "served.json"
        assert moved_twice.run("fetch", "--from", served, "--date", "2026-02-04").code == 0


def test_a_removed_service_whose_address_has_passed_on(tiny):
    """Who moved to it leads to where its own address leads; commands that name the slug mean the one that has it."""
    first, second = (make_entry(domain, "totp", name="Desk") for domain in ("old.example", "desk.test"))
    for day, listed in enumerate(([first], [second], [], [make_entry("desk.com", "totp", name="Gone")]), 1):
        fetch(tiny, [*ENTRIES.values(), *listed], f"2026-02-0{day}")
        assert tiny.build().code == 0
    rows = dict(parse_ledger(tiny.read("data/ledger.json")).services)
    rows["desk.com"] = Row(slug="desk", since="2026-02-04")
    tiny.write_ledger(rows, ["/"])
    outcome = tiny.build()
    assert outcome.code == 0, outcome.err
    assert "/2fa-directory/old/ /2fa-directory/desk/ 301" in tiny.read("site/_redirects")
    assert "Gone" in tiny.run("explain", "desk").out
    (problem,), _ = find_claims(tiny)
    assert problem["message"].startswith("desk.test and desk.com have both had")


def test_a_wrong_line_does_not_pass_for_an_answer(moved_twice):
    moved_twice.write("content/moves.yaml", "desk.alpha.example: alpha.example\n")
    (problem,) = moved_twice.check()
    assert (problem["path"], problem["severity"]) == ("content/moves.yaml", "warning")
    assert problem["message"] == "desk.alpha.example has become hub.beta.example, as upstream says itself"
    assert moved_twice.build().code == 0
    assert "/2fa-directory/desk/ /2fa-directory/hub/ 301" in moved_twice.read("site/_redirects")


def test_claims_of_the_sample_name_its_ledger(tiny):
    tiny.forget_snapshot()
    left = Gone(how="moved", date=DAY, to="sample.example")
    rows = {
        "sample.example": Row(slug="sample", since=DAY),
        "one.example": Row(slug="one", since=DAY, gone=left),
        "two.example": Row(slug="one", since="2026-02-02", gone=left),
    }
    tiny.write_ledger(rows, sample=True)
    (problem,), _ = find_claims(tiny)
    assert problem["path"] == "data/sample/ledger.json"


def test_only_the_source_of_the_ledger_tells_of_claims(moved_twice):
    moved_twice.write("data/passkeys-served.json", json.dumps({"alpha.example": {"mfa": "allowed"}}))
    served = moved_twice.root / "data/passkeys-served.json"
    outcome = moved_twice.run("fetch", "passkeys", "--from", served, "--date", "2026-02-04", "--json")
    assert "both had" not in outcome.out


def test_a_move_that_is_taken_back(tiny):
    for day, domain in (("01", "desk.alpha.example"), ("02", "desk.example")):
        fetch(tiny, [*ENTRIES.values(), make_entry(domain, "totp", name="Desk")], f"2026-02-{day}")
    assert tiny.run("fetch", "--rollback", "--date", "2026-02-03").code == 0
    outcome = tiny.build()
    assert outcome.code == 0, outcome.err
    assert tiny.read("site/_redirects") == ""
    assert find_claims(tiny) == ([], [])
