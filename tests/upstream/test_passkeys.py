"""The parser of the Passkeys Directory."""

import json

import pytest

from generator.errors import RefusedError
from generator.upstream.passkeys import count_changes, find_stored_fault, parse


def dump(value):
    return json.dumps(value).encode()


def test_records(entry):
    parsed = parse(dump({"A.example": {"mfa": "allowed"}, "b.example": {"contact": {}, "colour": "red"}}), stored={})
    assert parsed.records == {"a.example": {"mfa": "allowed"}, "b.example": {"contact": {}, "colour": "red"}}
    assert parsed.warnings == ("unknown key colour: in 1 record, first b.example",)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([["A", {"domain": "a.example"}]], "v1"),
        ({"a.example": {}, "nonsense": {}}, "entry 2 has no usable domain: nonsense"),
        ({"a.example": {}, "A.example": {}}, "entry 2 is there twice"),
    ],
)
def test_refused(value, reason):
    with pytest.raises(RefusedError, match=reason):
        parse(dump(value), stored={})


@pytest.mark.parametrize("broken", [{"mfa": "maybe"}, [], None, {"url": "nonsense"}, {"regions": "us"}])
def test_damaged_record(broken):
    kept = parse(dump({"a.example": broken}), stored={"a.example": {"mfa": "allowed"}})
    assert kept.records == {"a.example": {"mfa": "allowed"}}
    assert kept.damaged == ("a.example",)
    assert kept.warnings[0].endswith("its last good version stays")
    left_out = parse(dump({"a.example": broken}), stored={})
    assert (left_out.records, left_out.count) == ({}, 1)
    assert left_out.warnings[0].endswith("it is left out")


def test_counts():
    old = {"a.example": {"regions": ["us", "ca"]}, "b.example": {"mfa": "allowed"}, "c.example": {}}
    new = {"a.example": {"regions": ["ca", "us"]}, "b.example": {"mfa": "required"}, "d.example": {}, "e.example": {}}
    assert count_changes(old, new) == {"added": 2, "removed": 1, "changed": 1}
    assert count_changes(old, old) == {}


def test_stored_records_are_judged_too():
    assert find_stored_fault({"mfa": "allowed"}) is None
    assert find_stored_fault({"mfa": 1})
