"""Where in a JSON text a value stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from generator.formats.places import find_line, find_offset, list_members

TEXT = """\
[
  ["One, \\"[two]\\"", {"domain": "one.example", "tfa": ["sms", "totp"],
    "notes": "a: [b], {c}"}],
["Ünique", {}],
[]
]
"""


@pytest.mark.parametrize(
    ("where", "line", "begins"),
    [
        ((), 1, "["),
        ((0,), 2, '["One'),
        ((0, 0), 2, '"One, '),
        ((0, 1, "domain"), 2, '"domain": "one.example"'),
        ((0, 1, "tfa", 1), 2, '"totp"]'),
        ((0, 1, "notes"), 3, '"notes": "a'),
        ((1, 0), 4, '"Ünique"'),
        ((1, 1, "missing"), 4, "{}"),
        ((0, 1, "notes", "deeper"), 3, '"notes": "a'),
        ((2,), 5, "[]"),
        ((9,), 1, "["),
    ],
)
def test_a_value_is_found_or_the_nearest_thing_around_it(where, line, begins):
    offset = find_offset(TEXT, where)
    assert TEXT[offset:].startswith(begins)
    assert find_line(TEXT, offset) == (line, offset - (TEXT[:offset].rfind("\n") + 1) + 1)


_VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda below: some.lists(below) | some.dictionaries(some.text(), below),
    max_leaves=12,
)


@given(_VALUES, some.sampled_from([None, 0, 2]))
def test_the_members_are_those_of_the_parser(value, indent):
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    members = list(list_members(text))
    if isinstance(value, dict):
        assert {member.key: member.value for member in members} == value
        assert all(text[member.start] == '"' for member in members)
    else:
        assert [member.value for member in members] == (value if isinstance(value, list) else [])
    for member in members:
        assert json.JSONDecoder().raw_decode(text, member.value_start)[0] == member.value
