"""A file that can be read may still not replace the one we have."""

import pytest
from msgspec.structs import replace

from generator.limits import Allowance, Limits, build_limits
from generator.upstream.parsed import has_same_contents
from generator.upstream.plausibility import Candidate, Outline, check_plausibility


def make_outlines(supported, other=0):
    """Return entries with 2FA by TOTP in one category, and others without it in another."""
    with_2fa = {
        f"s{number}.example": Outline(
            name=f"S {number}", is_supported=True, groups=frozenset({("method", "totp"), ("category", "bank")})
        )
        for number in range(supported)
    }
    without = {
        f"o{number}.example": Outline(name=f"O {number}", is_supported=False, groups=frozenset({("category", "other")}))
        for number in range(other)
    }
    return with_2fa | without


def make_candidate(new, old=None, *, gap=1, damaged=(), count=None, limits=None):
    return Candidate(
        feature="2FA",
        count=len(new) if count is None else count,
        damaged=damaged,
        new=new,
        old=old,
        gap=gap,
        limits=limits or Limits(),
    )


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
    ],
)
def test_damage(count, damaged, percent, reason):
    names = tuple(f"{number}.example" for number in range(damaged))
    limits = Limits(bad_records_percent=percent)
    reasons = check_plausibility(make_candidate({}, count=count, damaged=names, limits=limits))
    assert len(reasons) == (0 if reason is None else 1)
    assert reason is None or reason in reasons[0]


WHOLE = make_outlines(2000, 600)


def without(number, kind="o"):
    return {domain: outline for domain, outline in WHOLE.items() if not is_among(domain, kind, number)}


def is_among(domain, kind, number):
    return domain[0] == kind and int(domain[1:].split(".")[0]) < number


def losing(number):
    return {
        domain: replace(outline, is_supported=False) if is_among(domain, "s", number) else outline
        for domain, outline in WHOLE.items()
    }


def renaming(number):
    return {
        domain: replace(outline, name="Another") if is_among(domain, "s", number) else outline
        for domain, outline in WHOLE.items()
    }


def adding(number):
    return WHOLE | {f"n{index}.example": WHOLE["o0.example"] for index in range(number)}


@pytest.mark.parametrize(
    ("new", "gap", "reason"),
    [
        (WHOLE, 1, None),
        # 2 % of 2,600 are 52; 5 % are 130, 10 % are 260.
        (without(52), 1, None),
        (without(53), 1, "53 of 2,600 entries are gone (o0.example, o1.example, o10.example, …); at most 52 may be"),
        (without(53), 30, "after 30 days"),
        (without(53), 31, None),
        (without(130), 90, None),
        (without(131), 90, "at most 130 may be after 90 days"),
        (without(131), 91, None),
        (without(260), 400, None),
        (without(261), 400, "261 of 2,600 entries are gone"),
        # 0.5 % of 2,000 are 10, whatever the gap.
        (losing(10), 1, None),
        (losing(11), 1, "11 of 2,000 entries with 2FA lost 2FA"),
        (losing(11), 400, "lost 2FA"),
        # 3 % of 2,000 are 60.
        (without(60, "s"), 31, None),
        (without(61, "s"), 31, "the entries with 2FA went from 2,000 to 1,939; at most 60 fewer may be"),
        (without(200, "s"), 400, None),
        # 8 % of 2,600 are 208, 40 % are 1,040.
        (adding(208), 1, None),
        (adding(209), 90, "209 entries are new (n0.example, n1.example, n10.example, …); at most 208 may be"),
        (adding(1040), 91, None),
        (adding(1041), 91, "1,041 entries are new"),
        (renaming(260), 1, None),
        (renaming(261), 400, "261 of 2,600 entries have another name"),
    ],
)
def test_changes(new, gap, reason):
    reasons = check_plausibility(make_candidate(new, WHOLE, gap=gap))
    assert len(reasons) == (0 if reason is None else 1), reasons
    assert reason is None or reason in reasons[0]


@pytest.mark.parametrize("had", [19, 20])
@pytest.mark.parametrize("kind", ["method", "category"])
def test_a_group_that_vanishes(kind, had):
    group = (kind, "rare")
    old = {
        domain: replace(outline, groups=outline.groups | {group}) if is_among(domain, "s", had) else outline
        for domain, outline in WHOLE.items()
    }
    reasons = check_plausibility(make_candidate(WHOLE, old))
    assert reasons == ([] if had == 19 else [f"no entry has the {kind} rare (it had 20) any more"])
    assert check_plausibility(make_candidate({**WHOLE, "s0.example": old["s0.example"]}, old)) == []


def test_short_lists_may_change_as_people_change_them():
    old = make_outlines(12)
    assert check_plausibility(make_candidate(dict(list(old.items())[:3]), old)) == []
    renamed = {domain: replace(outline, name="Another") for domain, outline in list(old.items())[:10]}
    assert check_plausibility(make_candidate(old | renamed, old)) == []


def test_the_first_file_has_nothing_to_be_held_against():
    assert check_plausibility(make_candidate(WHOLE)) == []


def test_every_reason_is_named():
    new = {domain: replace(outline, name="Another") for domain, outline in without(2000, "s").items()}
    reasons = check_plausibility(make_candidate(new, WHOLE))
    assert [reason.split()[0] for reason in reasons] == ["2,000", "the", "600", "no"]


def test_limits_are_settings():
    limits = build_limits({"refresh": {"removed": {"count": 0, "percent": 1}, "vanishing_entries": 5}})
    assert limits.refresh.removed == Allowance(percent=1, percent_after_30_days=5, percent_after_90_days=10)
    assert limits.refresh.vanishing_entries == 5
    assert limits.refresh.added == Limits().refresh.added
    assert check_plausibility(make_candidate(without(27), WHOLE)) == []
    (reason,) = check_plausibility(make_candidate(without(27), WHOLE, limits=limits))
    assert "at most 26 may be" in reason


def test_same_contents():
    assert has_same_contents({"a": ("A", {"x": ["1", "2"]})}, {"a": ("A", {"x": ["2", "1"]})})
    assert not has_same_contents({"a": ("A", {"x": ["1"]})}, {"a": ("A", {"x": ["1", "1"]})})
    assert not has_same_contents({"a": ("A", {})}, {"a": ("B", {})})
    assert not has_same_contents({"a": {}}, {"a": {}, "b": {}})
