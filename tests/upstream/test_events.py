"""Each kind of change is the event that section 9 of the product says, and nothing else is one."""

import pytest

from generator.formats.events import event_fields
from generator.formats.snapshot import parse_directory
from generator.upstream.events import TYPES, find_changes


def compare(old, new):
    changes = find_changes(parse_directory(old), parse_directory(new))
    return [event_fields(event) for event in changes.events]


def test_nothing(entry):
    entries = [entry("a.example", "totp"), entry("b.example")]
    assert compare(entries, entries[::-1]) == []
    assert compare([], []) == []


def test_added_and_removed(entry):
    entries = [entry("b.example", "call", "totp"), entry("a.example")]
    assert compare([], entries) == [
        {"type": "added", "domain": "a.example", "name": "A", "methods": None},
        {"type": "added", "domain": "b.example", "name": "B", "methods": ["totp", "call"]},
    ]
    assert compare(entries, []) == [
        {"type": "removed", "domain": "a.example", "name": "A", "methods": None},
        {"type": "removed", "domain": "b.example", "name": "B", "methods": ["totp", "call"]},
    ]


def test_renamed(entry):
    assert compare([entry("a.example", "totp", name="Old")], [entry("a.example", "totp", name="New")]) == [
        {"type": "renamed", "domain": "a.example", "name": "New", "old_name": "Old"}
    ]
    assert compare([entry("a.example", name="A &amp; B")], [entry("a.example", name="A & B")]) == []


def test_gained_and_lost_2fa_get_no_events_of_methods(entry):
    without, with_2fa = entry("a.example"), entry("a.example", "sms", "totp")
    contact = {"type": "field_changed", "domain": "a.example", "name": "A", "field": "contact"}
    assert compare([without], [with_2fa]) == [
        {"type": "gained_2fa", "domain": "a.example", "name": "A", "methods": ["totp", "sms"]},
        {**contact, "change": "removed", "old": {"twitter": "example"}, "new": None},
    ]
    assert compare([with_2fa], [without]) == [
        {"type": "lost_2fa", "domain": "a.example", "name": "A", "methods": ["totp", "sms"]},
        {**contact, "change": "added", "old": None, "new": {"twitter": "example"}},
    ]


def test_methods_gained_and_lost(entry):
    assert compare([entry("a.example", "sms", "totp")], [entry("a.example", "totp", "u2f", "new-one")]) == [
        {"type": "methods_gained", "domain": "a.example", "name": "A", "methods": ["u2f", "new-one"]},
        {"type": "methods_lost", "domain": "a.example", "name": "A", "methods": ["sms"]},
    ]


@pytest.mark.parametrize(
    ("field", "one", "two"),
    [
        ("documentation", "https://a.example/1", "https://a.example/2"),
        ("recovery", "https://a.example/1", "https://a.example/2"),
        ("notes", "One.", "Two."),
        ("url", "https://a.example/1", "https://a.example/2"),
        ("img", "one.svg", "two.svg"),
        ("regions", ["us"], ["ca", "us"]),
        ("additional-domains", ["b.example"], ["c.example"]),
        ("custom-software", ["One"], ["Two"]),
        ("custom-hardware", ["One"], ["Two"]),
    ],
)
def test_fields(entry, field, one, two):
    plain = entry("a.example", "totp")
    first, second = ([plain[0], plain[1] | {field: value}] for value in (one, two))
    event = {"type": "field_changed", "domain": "a.example", "name": "A", "field": field}
    assert compare([plain], [first]) == [{**event, "change": "added", "old": None, "new": one}]
    assert compare([first], [second]) == [{**event, "change": "changed", "old": one, "new": two}]
    assert compare([second], [plain]) == [{**event, "change": "removed", "old": two, "new": None}]


def test_keywords(entry):
    (event,) = compare([entry("a.example", "totp")], [entry("a.example", "totp", keywords=["bank"])])
    assert (event["field"], event["change"], event["old"], event["new"]) == ("keywords", "changed", ["other"], ["bank"])


def test_order_and_case_are_no_change(entry):
    lists = {"regions": ["us", "CA"], "custom_software": ["A", "B"], "keywords": ["bank", "other"]}
    one = entry("a.example", "totp", "sms", additional_domains=["B.example", "c.example"], **lists)
    reverse = {key: value[::-1] for key, value in lists.items()} | {"regions": ["ca", "US"]}
    two = entry("A.EXAMPLE", "sms", "totp", name="A", additional_domains=["c.example", "b.example"], **reverse)
    assert compare([one], [two]) == []


def test_moved_service_also_gets_what_else_changed(entry):
    old = entry("a.example", "sms", name="Old", notes="Note.")
    new = entry("b.example", "totp", name="New", additional_domains=["a.example"])
    common = {"domain": "b.example", "name": "New"}
    assert compare([old], [new]) == [
        {"type": "renamed", **common, "old_name": "Old"},
        {"type": "moved", **common, "old_domain": "a.example", "old_name": "Old"},
        {"type": "methods_gained", **common, "methods": ["totp"]},
        {"type": "methods_lost", **common, "methods": ["sms"]},
        {
            "type": "field_changed",
            **common,
            "field": "additional-domains",
            "change": "added",
            "old": None,
            "new": ["a.example"],
        },
        {"type": "field_changed", **common, "field": "notes", "change": "removed", "old": "Note.", "new": None},
    ]


def test_merged(entry):
    old = [entry("a.example", "totp"), entry("b.example", "totp")]
    events = compare(old, [entry("b.example", "totp", additional_domains=["a.example"])])
    assert events[0] == {"type": "merged", "domain": "a.example", "name": "A", "into": "b.example"}
    assert [event["type"] for event in events] == ["merged", "field_changed"]


def test_of_a_damaged_record_nothing_is_made_up(entry):
    damaged = ["New", {"domain": "a.example", "keywords": ["bank"], "damaged": True}]
    good = entry("a.example", "totp", name="Old", notes="Note.")
    assert [event["type"] for event in compare([good], [damaged])] == ["renamed"]
    assert [event["type"] for event in compare([damaged], [good])] == ["renamed"]
    assert compare([], [damaged])[0]["methods"] is None


def test_order_of_events_and_counts(entry):
    old = [entry("b.example", "sms"), entry("c.example", "sms", notes="x", url="https://c.example/1")]
    new = [entry("c.example", "totp", name="D"), entry("a.example", "totp")]
    changes = find_changes(parse_directory(old), parse_directory(new))
    keys = [(event.domain, TYPES.index(event.type), event.details.get("field", "")) for event in changes.events]
    assert keys == sorted(keys)
    report = changes.as_json()
    assert report["counts"] == {
        "added": 1,
        "removed": 1,
        "renamed": 1,
        "methods_gained": 1,
        "methods_lost": 1,
        "field_changed": 2,
    }
    assert list(report["counts"]) == [name for name in TYPES if name in report["counts"]]
    assert len(report["events"]) == 7
    assert report["suggestions"] == []
