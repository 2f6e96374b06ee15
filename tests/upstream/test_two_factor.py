"""The parser of the 2FA Directory: what is taken, kept, put aside or refused."""

import json

import pytest

from generator.errors import RefusedError
from generator.formats.snapshot import find_record_fault
from generator.upstream.two_factor import parse


def dump(value):
    return json.dumps(value).encode()


def test_domains_are_lowered(entry):
    parsed = parse(dump([entry("Example.COM", "totp", additional_domains=["Other.Example"])]), stored={})
    ((name, fields),) = parsed.records.values()
    assert list(parsed.records) == ["example.com"]
    assert fields["domain"] == "example.com"
    assert fields["additional-domains"] == ["other.example"]
    assert name == "Example"
    assert (parsed.count, parsed.damaged, parsed.warnings) == (1, (), ())


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (["Broken", {"keywords": ["other"], "tfa": ["totp"]}], r"entry 2 \(Broken\) has no usable domain: null"),
        (["Broken", {"domain": "nonsense"}], r"entry 2 \(Broken\) has no usable domain: nonsense"),
        (["Broken", {"domain": 7}], "no usable domain: 7"),
        (["Broken", {"domain": "a.example/x"}], "no usable domain"),
        (["", {"domain": "b.example"}], r"entry 2 has no usable name:  \(domain b\.example\)"),
        (["  ", {"domain": "b.example"}], "no usable name"),
        (["&#32;", {"domain": "b.example"}], "no usable name"),
        (["a\nb", {"domain": "b.example"}], "no usable name"),
        (["x" * 201, {"domain": "b.example"}], "no usable name"),
        ([None, {"domain": "b.example"}], "no usable name: null"),
        ({"domain": "b.example"}, r"entry 2 is no \[name, record\]"),
        (["b.example"], r"entry 2 is no \[name, record\]"),
        (["B", "b.example"], r"entry 2 is no \[name, record\]"),
        (["A again", {"domain": "A.example."}], r"entry 2 \(A again\) has the same domain as A: a\.example"),
    ],
)
def test_entries_without_identity_refuse_the_file(entry, broken, reason):
    with pytest.raises(RefusedError, match=reason):
        parse(dump([entry("a.example", "totp"), broken]), stored={})


def test_another_api_version_is_named():
    with pytest.raises(RefusedError) as caught:
        parse(b'{"a.example": {"methods": ["totp"]}}', stored={})
    assert "v3" in caught.value.message
    assert "/v3/all.json" in caught.value.fix


@pytest.mark.parametrize(
    "fault",
    [
        {"tfa": []},
        {"tfa": "totp"},
        {"tfa": ["totp\n"]},
        {"contact": {"twitter": "x"}},
        {"documentation": "javascript:alert(1)"},
        {"regions": ["Europe"]},
        {"notes": 7},
        {"additional-domains": ["nonsense"]},
    ],
)
def test_damaged_record_keeps_its_last_good_version(entry, fault):
    good = ("A", {"domain": "a.example", "keywords": ["other"], "tfa": ["sms"]})
    body = dump([["A", entry("a.example", "totp")[1] | fault]])
    parsed = parse(body, stored={"a.example": good})
    assert parsed.records == {"a.example": good}
    assert parsed.damaged == ("a.example",)
    (warning,) = parsed.warnings
    assert warning.startswith("a.example is damaged (")
    assert warning.endswith("its last good version stays")


@pytest.mark.parametrize(
    ("keywords", "kept"),
    [(["bank"], ["bank"]), ([], ["other"]), ("bank", ["other"]), (None, ["other"]), ([1], ["other"])],
)
def test_damaged_record_without_predecessor_stands_as_damaged(keywords, kept):
    parsed = parse(dump([["A", {"domain": "A.example", "keywords": keywords, "tfa": 7}]]), stored={})
    record = ("A", {"domain": "a.example", "keywords": kept, "damaged": True})
    assert parsed.records == {"a.example": record}
    assert "listed but damaged" in parsed.warnings[0]
    # A stand-in is no good version: what is known of the record may still change.
    again = parse(dump([["B", {"domain": "a.example", "keywords": ["bank"], "tfa": 7}]]), stored=parsed.records)
    assert again.records["a.example"] == ("B", {"domain": "a.example", "keywords": ["bank"], "damaged": True})
    assert find_record_fault(list(record)) is None


def test_upstream_can_not_call_a_record_damaged(entry):
    parsed = parse(dump([entry("a.example", "totp", damaged=True)]), stored={})
    assert "damaged" not in parsed.records["a.example"][1]
    assert parsed.warnings == ("unknown key damaged: in 1 record, first a.example",)


def test_each_unknown_name_is_one_warning(entry):
    body = [
        entry("a.example", "totp", "telepathy", colour="red"),
        entry("b.example", "telepathy", "matrix", colour="blue"),
        entry("c.example", "sms", keywords=["gardening"]),
    ]
    parsed = parse(dump(body), stored={}, known_categories={"other"})
    assert parsed.warnings == (
        "unknown category gardening: in 1 record, first c.example",
        "unknown key colour: in 2 records, first a.example",
        "unknown method matrix: in 1 record, first b.example",
        "unknown method telepathy: in 2 records, first a.example",
    )
    assert parsed.records["a.example"][1]["tfa"] == ["totp", "telepathy"]


def test_without_known_categories_none_is_unknown(entry):
    assert parse(dump([entry("a.example", "totp", keywords=["gardening"])]), stored={}).warnings == ()


@pytest.mark.parametrize("record", ["a", ["A"], [1, {}], ["A", {}], ["A", {"domain": "a.example", "tfa": []}]])
def test_stored_records_are_judged_too(record):
    assert find_record_fault(record)
