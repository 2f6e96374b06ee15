"""The changes by day, the history of each service, and what the home page counts."""

from __future__ import annotations

import json

import pytest

from generator.formats.ledger import Gone, Row
from generator.formats.ledger_file import parse_ledger
from generator.model import Event
from tests.helpers import ENTRIES, make_entry, make_rows, stamp_tree
from tests.pages.reading import Element, parse_page


def make_event(kind: str, domain: str, date: str, **details) -> Event:
    name = details.pop("name", domain.split(".", maxsplit=1)[0].title())
    return Event(type=kind, domain=domain, name=name, date=date, details=details)


EVENTS = [
    make_event("gained_2fa", "bravo.example", "2025-12-30", methods=["sms"]),
    make_event("methods_gained", "alpha.example", "2026-01-20", methods=["u2f", "email"]),
    make_event("field_changed", "alpha.example", "2026-01-20", field="notes", change="added", old=None, new="x"),
    make_event("field_changed", "alpha.example", "2026-01-20", field="url", change="added", old=None, new="x"),
    make_event("gained_2fa", "foxtrot.example", "2026-02-02", methods=["totp"], name="Foxtrot & <Co>"),
    make_event("renamed", "delta.example", "2026-02-02", old_name="Dalta", name="Delta"),
    make_event("removed", "gone.example", "2026-02-02", methods=["sms"]),
    make_event("added", "echo.example", "2026-02-02", methods=None),
]


def build(project, events, *, changed="2026-02-10", **ledger) -> None:
    project.write_snapshot(ENTRIES.values(), {}, changed=changed)
    rows = {**make_rows(ENTRIES), **ledger.get("rows", {})}
    rows["gone.example"] = Row(
        slug="gone",
        since="2026-01-05",
        gone=Gone(how="removed", date="2026-02-02", record=make_entry("gone.example", "sms", keywords=["cloud"])),
    )
    project.write_ledger(rows, ["/", *ledger.get("addresses", ())])
    project.write_events(events)
    outcome = project.build()
    assert outcome.code == 0, outcome.err


def read(project, path: str) -> Element:
    return parse_page(project.read(f"site{path}index.html"))


def list_days(page: Element) -> dict[str, list[str]]:
    return {
        day.attributes["id"]: [line.words for line in day.find_all("li")] for day in page.find_all("section", cls="day")
    }


def test_by_day_the_newest_first_and_what_matters_most_on_top(tiny):
    build(tiny, EVENTS)
    page = read(tiny, "/changes/")
    assert list_days(page) == {
        "2026-02-02": [
            "Foxtrot & <Co> now supports 2FA by an authenticator app (TOTP).",
            "Echo was added to the directory, without 2FA.",
            "Gone was removed from the directory.",
            "Dalta was renamed Delta.",
        ],
        "2026-01-20": [
            "Alpha now also supports a security key (FIDO) and email.",
            "Alpha: the note on 2FA was added.",
        ],
        "2025-12-30": ["Bravo now supports 2FA by SMS."],
    }
    assert list(list_days(page)) == ["2026-02-02", "2026-01-20", "2025-12-30"]
    # Few of a kind need neither a heading nor a fold.
    assert page.get("main").find_all("h3") == page.get("main").find_all("details") == []
    assert "Changes are recorded since 2026-01-05." in page.get("main").words


def test_names_lead_to_the_pages_of_today(tiny):
    moved = Gone(how="moved", date="2026-02-02", to="alpha.example", name="Old")
    events = [*EVENTS, make_event("gained_2fa", "old.example", "2026-01-07", methods=["sms"])]
    events.append(make_event("gained_2fa", "unknown.example", "2026-01-07", methods=["sms"]))
    build(
        tiny,
        sorted(events, key=lambda e: e.date),
        rows={"old.example": Row(slug="old", since="2026-01-05", gone=moved)},
    )
    hrefs = {
        line.words.split()[0]: [link.attributes["href"] for link in line.find_all("a")]
        for line in read(tiny, "/changes/").get("main").find_all("li")
    }
    assert hrefs["Foxtrot"] == ["/2fa-directory/foxtrot/"]
    assert hrefs["Gone"] == ["/2fa-directory/gone/"]
    assert hrefs["Old"] == ["/2fa-directory/alpha/"]
    assert hrefs["Unknown"] == []


def test_every_year_has_a_page_for_ever(tiny):
    build(tiny, EVENTS)
    assert list(list_days(read(tiny, "/changes/2025/"))) == ["2025-12-30"]
    assert list(list_days(read(tiny, "/changes/2026/"))) == ["2026-02-02", "2026-01-20"]
    years = read(tiny, "/changes/").get("main").get("nav")
    assert [link.attributes["href"] for link in years.find_all("a")] == ["/changes/2026/", "/changes/2025/"]
    # One that was published stays, even if its events were taken back.
    build(tiny, EVENTS, addresses=["/changes/2024/"])
    assert "No change is recorded here so far." in read(tiny, "/changes/2024/").get("main").words


def test_a_fetch_records_the_addresses(tiny):
    build(tiny, EVENTS)
    served = tiny.write("served.json", json.dumps([*ENTRIES.values(), make_entry("new.example", "totp")]))
    assert tiny.run("fetch", "--from", served, "--date", "2027-01-05").code == 0
    addresses = parse_ledger(tiny.read("data/ledger.json")).addresses
    assert {"/changes/", "/changes/2025/", "/changes/2026/", "/changes/2027/"} <= addresses


def test_the_first_page_is_bounded_and_has_whole_days(tiny):
    days = [f"2026-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 26)]
    events = [
        make_event("methods_gained", domain, day, methods=[method])
        for day in days
        for domain in list(ENTRIES)[:3]
        for method in ("sms", "totp")
    ]
    build(tiny, events)
    shown = list_days(read(tiny, "/changes/"))
    assert len(shown) == 34, "as many days as it takes to have 200 changes"
    assert all(len(lines) == 6 for lines in shown.values())
    assert list(shown) == days[:-35:-1]
    assert len(list_days(read(tiny, "/changes/2026/"))) == 50
    # A night with very many changes hides neither itself nor the week before.
    many = [make_event("added", f"s{number}.example", "2026-02-26", methods=None) for number in range(300)]
    build(tiny, [*events, *many])
    assert [len(lines) for lines in list_days(read(tiny, "/changes/")).values()] == [300, *[6] * 6]


def test_a_day_with_many_changes_is_told_by_kind(tiny):
    names = ["Zulu", "alpha", "Émile", "Bravo", "Kilo", "Lima", "Mike"]
    kinds = {"lost_2fa": 7, "gained_2fa": 1, "moved": 1, "renamed": 3, "merged": 1}
    old = {"old_domain": "old.example", "old_name": "Old", "into": "alpha.example", "methods": ["sms"]}
    events = [
        make_event(kind, f"s{number}.example", "2026-02-05", name=names[number], **old)
        for kind, count in kinds.items()
        for number in range(count)
    ]
    details = [
        make_event(
            "field_changed", f"s{number}.example", "2026-02-05", name=names[number], field="notes", change="added"
        )
        for number in range(6)
    ]
    build(tiny, [*events, *details, make_event("added", "new.example", "2026-02-06", methods=["sms"])])
    page = read(tiny, "/changes/")
    (long_day,) = page.find_all(id="2026-02-05")
    headings = [heading.words for heading in long_day.find_all("h3")]
    assert headings == ["Now with 2FA (1)", "Now without 2FA (7)", "Moved, merged and renamed (5)"]
    groups = [[line.words for line in group.find_all("li")] for group in long_day.find_all("ul")]
    assert [len(group) for group in groups] == [1, 7, 5, 6]
    # By name within a kind.
    assert [line.split()[0] for line in groups[1]] == ["alpha", "Bravo", "Émile", "Kilo", "Lima", "Mike", "Zulu"]
    assert groups[2] == [
        "Zulu moved from old.example to s0.example.",
        "Zulu became part of alpha.example.",
        "Old was renamed alpha.",
        "Old was renamed Émile.",
        "Old was renamed Zulu.",
    ]
    assert long_day.get("details").get("summary").words == "6 smaller changes"
    (short_day,) = page.find_all(id="2026-02-06")
    assert short_day.find_all("h3") == []


def test_before_anything_changed(tiny):
    build(tiny, [])
    page = read(tiny, "/changes/")
    assert "Changes are recorded since 2026-01-05." in page.get("main").words
    assert "No change is recorded here so far." in page.get("main").words
    assert not (tiny.site / "changes/2026").exists()


def test_on_sample_data(tiny):
    tiny.forget_snapshot()
    assert tiny.build().code == 0
    assert "What changed in the tiny sample" in read(tiny, "/changes/").get("main").words


# --- The home page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "changed", "days", "said"),
    [
        (
            "2026-01-05",
            "2026-02-10",
            ["2026-01-12", "2026-02-10"],
            "2 services gained 2FA in the 30 days up to",
        ),
        (
            "2026-01-05",
            "2026-02-10",
            ["2026-01-11", "2026-02-10"],
            "1 service gained 2FA in the 30 days up to 2026-02-10.",
        ),
        ("2026-01-05", "2026-02-10", ["2026-01-11"], None),
        ("2026-02-01", "2026-02-10", ["2026-02-10"], "1 service gained 2FA from 2026-02-01 to 2026-02-10."),
    ],
)
def test_how_many_gained_2fa(tiny, first, changed, days, said):
    tiny.write_snapshot(ENTRIES.values(), {}, first=first, changed=changed)
    tiny.write_events(
        make_event("gained_2fa", domain, day, methods=["sms"])
        for domain, day in zip(["alpha.example", "bravo.example"], days, strict=False)
    )
    assert tiny.build(today="2026-12-24").code == 0
    words = read(tiny, "/").get("main").words
    assert (said in words) if said else ("gained 2FA" not in words)


@pytest.mark.parametrize(
    ("before", "period"), [("2026-02-08", "in the 30 days up to"), ("2025-06-01", "from 2025-06-01 to")]
)
def test_after_a_gap_nobody_knows_when(tiny, before, period):
    entries = [*ENTRIES.values(), make_entry("new.example", name="New")]
    for day in ("2025-01-01", before):
        served = tiny.write("served.json", json.dumps(entries))
        assert tiny.run("fetch", "--from", served, "--date", day).code == 0
    served.write_text(json.dumps([*ENTRIES.values(), make_entry("new.example", "totp", name="New")]))
    assert tiny.run("fetch", "--from", served, "--date", "2026-02-10").code == 0
    assert tiny.build().code == 0
    assert f"1 service gained 2FA {period} 2026-02-10." in read(tiny, "/").get("main").words


def test_a_service_that_gained_it_twice_counts_once(tiny):
    tiny.write_snapshot(ENTRIES.values(), {}, changed="2026-02-10")
    tiny.write_events(make_event("gained_2fa", "alpha.example", f"2026-02-0{day}", methods=["sms"]) for day in (1, 3))
    assert tiny.build().code == 0
    assert "1 service gained 2FA" in read(tiny, "/").get("main").words


def test_the_way_there(tiny):
    build(tiny, EVENTS)
    page = read(tiny, "/")
    assert "/changes/" in [link.attributes["href"] for link in page.get("main").find_all("a")]
    assert "/changes/" in [link.attributes["href"] for link in page.get("header").find_all("a")]


# --- The history of a service -----------------------------------------------------------------------------------------


def read_history(project, slug: str) -> list[str]:
    lists = read(project, f"/2fa-directory/{slug}/").find_all("ul", cls="history")
    return [line.words for found in lists for line in found.find_all("li")]


def test_history_follows_moves_in_a_chain(tiny):
    events = [
        make_event("gained_2fa", "one.example", "2026-01-06", methods=["sms"]),
        make_event("moved", "two.example", "2026-01-08", old_domain="one.example", old_name="One"),
        make_event("moved", "alpha.example", "2026-01-09", old_domain="two.example", old_name="Two"),
        make_event("methods_gained", "alpha.example", "2026-01-10", methods=["totp"]),
    ]
    build(tiny, events)
    assert read_history(tiny, "alpha") == [
        "2026-01-10 Alpha now also supports an authenticator app (TOTP).",
        "2026-01-09 Alpha moved from two.example to alpha.example.",
        "2026-01-08 Two moved from one.example to two.example.",
        "2026-01-06 One now supports 2FA by SMS.",
    ]


def test_a_service_that_moves_back_has_each_line_once(tiny):
    events = [
        make_event("gained_2fa", "alpha.example", "2026-01-06", methods=["sms"]),
        make_event("moved", "two.example", "2026-01-08", old_domain="alpha.example", old_name="Alpha"),
        make_event("methods_gained", "two.example", "2026-01-09", methods=["totp"]),
        make_event("moved", "alpha.example", "2026-01-10", old_domain="two.example", old_name="Two"),
    ]
    build(tiny, events)
    assert read_history(tiny, "alpha") == [
        "2026-01-10 Alpha moved from two.example to alpha.example.",
        "2026-01-09 Two now also supports an authenticator app (TOTP).",
        "2026-01-08 Two moved from alpha.example to two.example.",
        "2026-01-06 Alpha now supports 2FA by SMS.",
    ]


def test_a_domain_that_returns_says_where_the_service_went(tiny):
    events = [
        make_event("gained_2fa", "alpha.example", "2026-01-06", methods=["sms"]),
        make_event("moved", "bravo.example", "2026-01-08", old_domain="alpha.example", old_name="Alpha"),
        make_event("added", "alpha.example", "2026-01-09", methods=None),
        make_event("methods_lost", "bravo.example", "2026-01-10", methods=["sms", "call"]),
    ]
    build(tiny, events)
    moved, gained = "2026-01-08 Bravo moved from alpha.example to bravo.example.", "2026-01-06 Alpha now supports"
    assert read_history(tiny, "alpha") == [
        "2026-01-09 Alpha was added to the directory, without 2FA.",
        moved,
        f"{gained} 2FA by SMS.",
    ]
    # What happened at the old domain since then is another service's.
    assert read_history(tiny, "bravo") == [
        "2026-01-10 Bravo is no longer listed with SMS or a phone call.",
        moved,
        f"{gained} 2FA by SMS.",
    ]
    page = read(tiny, "/2fa-directory/bravo/")
    assert page.get(id="history").get("h2").words == "History in the First Source"


def test_history_tells_what_became_part_of_a_service(tiny):
    events = [
        make_event("gained_2fa", "old.example", "2026-01-06", methods=["sms"]),
        make_event("merged", "old.example", "2026-01-08", into="alpha.example"),
    ]
    build(tiny, events)
    assert read_history(tiny, "alpha") == ["2026-01-08 Old became part of alpha.example."]
    # Its own record has not changed since the first day.
    assert "unchanged since 2026-01-05" in read(tiny, "/2fa-directory/alpha/").words


def test_a_removed_service_keeps_its_history(tiny):
    build(tiny, [make_event("gained_2fa", "gone.example", "2026-01-06", methods=["sms"]), *EVENTS[6:7]])
    assert len(read_history(tiny, "gone")) == 2


# --- Builds -----------------------------------------------------------------------------------------------------------


def test_a_new_event_renders_the_pages_that_show_it(tiny):
    build(tiny, EVENTS)
    before = stamp_tree(tiny.site)
    build(tiny, [*EVENTS, make_event("methods_gained", "bravo.example", "2026-02-10", methods=["email"])])
    after = stamp_tree(tiny.site)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    # Alpha without guide, the cloud category, and last year are as they were.
    assert changed == {
        "2fa-directory/bravo/index.html",
        "2fa-directory/category/cloud/changes.atom",
        "changes.atom",
        "changes/2026/index.html",
        "changes/index.html",
        "index.html",
        "sitemap.xml",
    }
