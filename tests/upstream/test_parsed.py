"""What is odd about a file is told by name, and never without an end."""

import pytest

from generator.errors import RefusedError
from generator.upstream.parsed import (
    MAX_CHARACTERS,
    MAX_DESCRIBED,
    MAX_UNKNOWN,
    MAX_VALUES,
    Damage,
    Oddities,
    find_excess,
)


def nest(depth):
    return [nest(depth - 1)] if depth else []


@pytest.mark.parametrize(
    "record",
    [None, 7, {}, {"a": [1, {"b": "c"}]}, ["x"] * 499, {"a": "x" * (MAX_CHARACTERS - 1)}, nest(31)],
)
def test_records_of_any_size(record):
    assert find_excess(record) is None
    assert find_excess({"domain": "a.example", "notes": "x" * 2000, "regions": ["us"] * 300}) is None


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (["x"] * 1_000_000, "1,000 values"),
        ({"a": {str(number): 1 for number in range(MAX_VALUES)}}, "1,000 values"),
        ([[[0] * 90] * 90] * 90, "1,000 values"),
        ({"a": "x" * MAX_CHARACTERS}, "65,536 characters"),
        ({"x" * (MAX_CHARACTERS + 1): 1}, "65,536 characters"),
        (["x" * 1000] * 70, "65,536 characters"),
    ],
)
def test_records_that_are_too_large(record, reason):
    assert find_excess(record) == f"it holds more than {reason}"


def test_damage_is_described_up_to_a_point():
    damage = Damage()
    for number in range(MAX_DESCRIBED + 5):
        damage.note(f"a{number}.example", "x" * 900, "it is left out")
    warnings = damage.warnings()
    assert (len(damage.domains), len(warnings)) == (MAX_DESCRIBED + 5, MAX_DESCRIBED + 1)
    assert warnings[-1] == "5 records more are damaged"
    assert max(map(len, warnings)) < 260


def test_unknown_names_up_to_a_point():
    oddities = Oddities()
    for _ in range(3):
        oddities.note("key", [f"k{number}" for number in range(MAX_UNKNOWN)], (), "a.example")
    assert len(oddities.warnings()) == MAX_UNKNOWN
    with pytest.raises(RefusedError, match="more than 1,000 keys"):
        oddities.note("method", ["one more"], (), "b.example")
