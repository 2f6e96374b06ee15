"""The quick check of schemas says yes only where jsonschema does, and says it of what is valid."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.schemas import load_schema
from generator.validation.faults import build_validator
from generator.validation.quick import Unsure, build_check
from generator.validation.schema import is_surely_valid
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
    for name in SCHEMAS:
        build_check(load_schema(name))


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_valid_needs_no_jsonschema(name):
    for value in VALID[name]:
        assert build_validator(name).is_valid(value)
        assert is_surely_valid(name, value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_both_agree_on_every_change_of_one_place(name):
    """The quick check may leave a value to jsonschema, but it never takes one that jsonschema refuses."""
    validator = build_validator(name)
    check = build_check(load_schema(name))
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
        try:
            quick = check(value)
        except Unsure:
            continue
        assert quick == validator.is_valid(value), value


def put_at(value: Any, where: tuple[Any, ...]) -> Any:
    for step in where:
        value = value[step]
    return value


@settings(deadline=None, max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates().map(PlainDate),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["domain", "faq", "setup", "source", "steps", "x"]), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_both_agree_on_anything(value):
    for name in SCHEMAS:
        if is_surely_valid(name, value):
            assert build_validator(name).is_valid(value)


@pytest.mark.parametrize(
    "schema",
    [
        {"const": 1},
        {"not": {}},
        {"if": {}, "then": {}, "else": {}},
        {"$ref": "https://other.example/schema"},
        {"$ref": "#/$defs/missing"},
        {"format": "ipv4"},
        {"enum": [1, 2]},
        {"items": True},
        {"properties": {"x": {"prefixItems": []}}},
    ],
)
def test_what_it_does_not_know_is_left_to_jsonschema(schema):
    with pytest.raises(Unsure):
        build_check(schema)


def test_a_schema_that_names_itself_is_left_to_jsonschema():
    check = build_check({"$ref": "#/$defs/a", "$defs": {"a": {"type": "array", "items": {"$ref": "#/$defs/a"}}}})
    assert check([])
    with pytest.raises(Unsure):
        check([[]])


def test_reading_what_is_valid_loads_neither_jsonschema_nor_difflib():
    script = (
        "import sys; from pathlib import Path; from generator.config import Paths;"
        "from generator.catalogue.load import load_content, load_baseline;"
        f"content = load_content(Paths(root=Path({json.dumps(str(CHECKOUT))}))); assert not content.problems;"
        "print(sorted({'jsonschema', 'difflib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
