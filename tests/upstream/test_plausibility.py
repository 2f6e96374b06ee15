"""A file that can be read may still not replace the one we have."""

import pytest

from generator.config import Limits
from generator.upstream.parsed import Parsed, has_same_contents
from generator.upstream.plausibility import Candidate, check_plausibility


@pytest.mark.parametrize(
    ("count", "damaged", "percent", "reason"),
    [
        (100, 0, 1.0, None),
        (100, 1, 1.0, None),
        (100, 2, 1.0, "2 of 100 records are damaged"),
        (99, 1, 1.0, "1 of 99 records are damaged"),
        (1000, 5, 0.5, None),
        (1000, 6, 0.5, "at most 0.5 %"),
        (100, 100, 100.0, None),
        (0, 0, 1.0, "no entries"),
    ],
)
def test_rules(count, damaged, percent, reason):
    parsed = Parsed(records={}, count=count, damaged=tuple(f"{number}.example" for number in range(damaged)))
    reasons = check_plausibility(Candidate(parsed=parsed, stored=None, limits=Limits(bad_records_percent=percent)))
    assert len(reasons) == (0 if reason is None else 1)
    assert reason is None or reason in reasons[0]


def test_same_contents():
    assert has_same_contents({"a": ("A", {"x": ["1", "2"]})}, {"a": ("A", {"x": ["2", "1"]})})
    assert not has_same_contents({"a": ("A", {"x": ["1"]})}, {"a": ("A", {"x": ["1", "1"]})})
    assert not has_same_contents({"a": ("A", {})}, {"a": ("B", {})})
    assert not has_same_contents({"a": {}}, {"a": {}, "b": {}})
