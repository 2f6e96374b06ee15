"""jsonschema-rs, as it is used here, says yes only where jsonschema does, and says it of what is valid."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections import OrderedDict
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.validation.faults import build_validator
from generator.validation.schema import find_fault, is_surely_valid
from generator.yamlfile import PlainDate
from generator.yamlparse import parse_yaml
from tests.helpers import CHECKOUT, ENTRIES, FAQ, METHODS, PASSKEYS, REGIONS, REQUESTS, SITE, SOURCES

SCHEMAS = sorted(path.name.split(".")[0] for path in (CHECKOUT / "generator/schemas").glob("*.json"))

#: A curated file that uses every key.
GUIDE = """\
domain: alpha.example
name: Alpha
categories: [cloud]
methods: [totp, sms]
documentation: https://alpha.example/help
url: https://alpha.example/
regions: [us, -de]
additional_domains: [alpha.example.org]
verified: {date: 2026-01-05, by: mk, source: "https://alpha.example/help", methods: [totp]}
setup:
  source: https://alpha.example/help
  requires: [a phone]
  plans: All plans.
  steps: ["Open **Settings**.", "See [help](https://alpha.example/help)."]
  methods: {totp: [Scan the code.]}
recovery: {codes: true, link: "https://alpha.example/lost", notes: Each code works once.}
sharing: {verdict: forbidden, source: "https://alpha.example/terms", quote: No., checked: 2026-01-05, instead: Invite.}
teams: {enforce: true, sso: false, delegated_access: true, source: "https://alpha.example/teams"}
override: {methods: {add: [u2f], remove: [sms], reason: Old., source: "https://alpha.example/news"}}
faq: [{question: Why?, answer: Because.}]
account: bravo.example
aliases: [Al]
disputed: Two answers.
"""

VALID: dict[str, list[Any]] = {
    "service": [parse_yaml(GUIDE.encode(), "x").value, {"domain": "alpha.example", "sharing": {"verdict": "unknown"}}],
    "site": [
        parse_yaml(SITE.encode(), "x").value
        | {"limits": {"stale_after_days": 10, "bad_records_percent": 0.5, "refresh": {"added": {"percent": 9.5}}}}
        | {"branch": "main"}
        | {"wanted": {"services": ["alpha.example"], "categories": ["cloud"]}}
    ],
    "sources": [parse_yaml(SOURCES.encode(), "x").value],
    "names": [parse_yaml(REGIONS.encode(), "x").value],
    "methods": [parse_yaml(METHODS.encode(), "x").value],
    "faq": [parse_yaml(FAQ.encode(), "x").value],
    "requests": [parse_yaml(REQUESTS.encode(), "x").value],
    "links": [[], [{"url": "https://a.example/", "reason": "Works in a browser.", "until": "2027-01-05"}]],
    "moves": [{}, {"old.example": "new.example", "gone.example": None}],
    "directory-record": [fields for _, fields in ENTRIES.values()],
    "passkeys-record": [*PASSKEYS.values(), {}],
}

#: What a place may hold instead: other kinds, what is nearly right, and dates that were not quoted.
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2.0, 1.5, 1e400, "", " ", "x", "x\n", "a\nb", "NO", "alpha.example",
    "https://a.example", "http://a.example", "https://a.example/ ", "2026-01-05", "2026-02-30",
    PlainDate("2026-01-05"), PlainDate("1999-01-01"), "<b>x</b>", "[x](http://a.example)", "[x](/y)", "totp", "us",
    "-us", "-", "x" * 501, "x" * 5001, [], ["totp"], ["totp", "totp"], ["a", "a"], [1, True], [[]], [{}], [None],
    {}, {"x": 1}, {"source": "https://a.example"}, {"totp": []},
    # Sizes are counted in characters, whatever they take in memory.
    "😀" * 500, "😀" * 501,
    # Which of these are white space, digits or letters differs between Python, Rust and JavaScript.
    "\x85", "a\x85b", "\x1c", "a\x1cb", "\ufeffa", "a\u2028", "\u00a0a", "٣٣", "éé", "\u017fs", "-us\n", "u\u212as",
    10**30, -(10**30), 2**53 + 1, 1e16, -0.0, [1, 1.0], ["a", "a\n"], [{"a": 1}, {"a": True}],
]  # fmt: skip

#: What a value is put into that both must judge alike.
KEYWORDS: list[Any] = [
    {"const": 1},
    {"not": {}},
    {"if": {}, "then": {}, "else": {}},
    {"$ref": "https://other.example/schema"},
    {"$ref": "#/$defs/missing"},
    {"format": "ipv4"},
    {"enum": [1, 2]},
    {"items": True},
    {"properties": {"x": {"prefixItems": []}}},
    {"const": True},
    {"const": 1.0},
    {"const": "x\n"},
    {"enum": [0, "x", [1], {"x": True}, None]},
    {"type": "integer"},
    {"type": ["number", "null"]},
    {"type": "integer", "minimum": 1, "maximum": 2},
    {"type": "number", "exclusiveMinimum": 1, "maximum": 10**30},
    {"minLength": 2, "maxLength": 500},
    {"uniqueItems": True},
    {"uniqueItems": True, "items": {"type": ["integer", "boolean", "string", "number"]}},
    {"minItems": 1, "maxItems": 1},
    {"prefixItems": [{"type": "string"}], "items": False},
    {"contains": {"type": "string"}},
    {"minProperties": 1, "maxProperties": 1},
    {"propertyNames": {"pattern": "^[a-z]$"}},
    {"dependentRequired": {"x": ["y"]}},
    {"additionalProperties": False, "properties": {"pattern": {"type": "string"}, "x": {"type": "integer"}}},
    {"if": {"type": "string"}, "then": {"pattern": r"^\S+$"}, "else": {"type": "array"}},
    {"oneOf": [{"type": "string"}, {"pattern": "x"}]},
    {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "domain"}]},
    {"additionalProperties": {"type": "string"}, "properties": {"x": {"items": {"type": "string", "format": "date"}}}},
    {"type": "string", "format": "date", "pattern": "^never$"},
    {"pattern": r"^.$"},
    {"pattern": r"^\s*\S\s*$"},
    {"pattern": r"^\d+$"},
    {"pattern": r"^\w+$"},
    {"pattern": r"\bs\b|(?=a)a(?!b)"},
]

#: Read by jsonschema-rs in another way than by jsonschema, or not at all.
Letter = Enum("Letter", {"A": "a"}, type=str)
UNREADABLE: list[Any] = [
    (), ("a",), {"x": ("a",)}, Letter.A, Decimal(1), OrderedDict(x=1), {1: 2}, {None: 1}, {PlainDate("2026-01-05"): 1},
    b"x", {1}, object(), 1j, PlainDate("2026-01-05"), [PlainDate("2026-01-05")],
]  # fmt: skip


def list_places(value: Any, where: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the place of a value and those of everything in it."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [where, *(place for key, child in children for place in list_places(child, (*where, key)))]


def put(value: Any, where: tuple[Any, ...], new: Any) -> Any:
    """Return a copy of a value with another one in a place."""
    if not where:
        return new
    changed = copy.deepcopy(value)
    inner = changed
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = new
    return changed


def drop(value: Any, where: tuple[Any, ...]) -> Any:
    changed = copy.deepcopy(value)
    inner = changed
    for step in where[:-1]:
        inner = inner[step]
    del inner[where[-1]]
    return changed


def test_every_schema_is_known():
    assert sorted(VALID) == SCHEMAS


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_valid_needs_no_jsonschema(name):
    for value in VALID[name]:
        assert build_validator(name).is_valid(value)
        assert is_surely_valid(name, value)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.thorough if name in {"service", "site", "sources"} else ())
        for name in SCHEMAS
    ],
)
def test_both_agree_on_every_change_of_one_place(name):
    """Most of what is asked is neither odd nor large, so nothing has to be left to jsonschema."""
    validator = build_validator(name)
    changed = [drop(value, where) for value in VALID[name] for where in list_places(value) if where]
    changed += [put(value, where, odd) for value in VALID[name] for where in list_places(value) for odd in ODD]
    changed += [
        put(value, (*where, key), odd)
        for value in VALID[name]
        for where in list_places(value)
        if isinstance(put_at(value, where), dict)
        for key in ("extra", "name", "tfa", "contact")
        for odd in ODD[:20]
    ]
    for value in changed:
        assert is_surely_valid(name, value) == validator.is_valid(value), value


def put_at(value: Any, where: tuple[Any, ...]) -> Any:
    for step in where:
        value = value[step]
    return value


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates().map(PlainDate)
    | st.sampled_from([*ODD, "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["domain", "faq", "setup", "source", "steps", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=200)
@given(ANYTHING)
def test_both_agree_on_anything(value):
    for name in SCHEMAS:
        if is_surely_valid(name, value):
            assert build_validator(name).is_valid(value)


@pytest.mark.thorough
@settings(deadline=None, max_examples=300)
@given(st.data(), st.sampled_from(SCHEMAS), ANYTHING)
def test_both_agree_on_anything_in_any_place(data, name, new):
    value = data.draw(st.sampled_from(VALID[name]))
    value = put(value, data.draw(st.sampled_from(list_places(value))), new)
    if is_surely_valid(name, value):
        assert build_validator(name).is_valid(value)


@pytest.fixture
def any_schema(monkeypatch):
    """Let the name of a schema be its text."""
    for module in ("schema", "faults"):
        monkeypatch.setattr(f"generator.validation.{module}.load_schema", json.loads)


@pytest.mark.parametrize("schema", KEYWORDS)
def test_what_it_does_not_know_is_left_to_jsonschema(schema, any_schema):
    """What it does know, of all the keywords that a schema may get, it takes as jsonschema does."""
    name = json.dumps(schema)
    more = [{"x": 1, "y": 2}, {"pattern": "x"}, ["x", "y"], [1, True, "1"], [True, 1.0], "\ud800", "a\udfffb"]
    more += [{"x/0": PlainDate("2026-01-05"), "x": ["2026-01-05"]}, {"x": [PlainDate("2026-01-05")]}]
    for value in [*ODD, *UNREADABLE, *more]:
        for each in (value, [value], {"x": value}):
            if is_surely_valid(name, each):
                assert build_validator(name).is_valid(each), each


def test_a_schema_that_names_itself_is_left_to_jsonschema(any_schema):
    """It is where a value is so deep that no library could follow it, or holds itself."""
    name = json.dumps({"$ref": "#/$defs/a", "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}}})
    assert is_surely_valid(name, [[]])
    assert not is_surely_valid(name, [[1]])
    round_about: list[Any] = []
    round_about.append(round_about)
    assert not is_surely_valid(name, round_about)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert not is_surely_valid(name, deep)


@pytest.mark.parametrize("value", UNREADABLE)
def test_what_it_cannot_read_is_left_to_jsonschema(value):
    record = VALID["directory-record"][0] | {"notes": value}
    assert not is_surely_valid("directory-record", record)
    valid = build_validator("directory-record").is_valid(record)
    assert (find_fault("directory-record", record) is None) == valid


def test_reading_what_is_valid_loads_neither_jsonschema_nor_difflib():
    script = (
        "import sys; from pathlib import Path; from generator.config import Paths;"
        "from generator.catalogue.load import load_content, load_baseline;"
        f"content = load_content(Paths(root=Path({json.dumps(str(CHECKOUT))}))); assert not content.problems;"
        "print(sorted({'jsonschema', 'difflib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
