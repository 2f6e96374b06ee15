"""What is known of outside links: one answer after the other, day by day, and the file that holds it."""

from __future__ import annotations

import json

import pytest

from generator.formats.links import (
    Answer,
    Link,
    address_of,
    dump_links,
    find_dead,
    is_due,
    judge_status,
    note_answer,
    parse_links,
)

URL = "https://alpha.example/help"


@pytest.mark.parametrize(
    ("statuses", "kind"),
    [
        ((200, 203, 204, 206), "ok"),
        ((404, 410, 400, 414, 418, 422), "failed"),
        ((401, 403, 405, 406, 407, 429, 451, 999), "blocked"),
        ((408, 421, 425, 500, 502, 503, 520, 304, 101), "unreachable"),
    ],
)
def test_what_a_status_says(statuses, kind):
    assert {status: judge_status(status) for status in statuses} == dict.fromkeys(statuses, kind)


def live(*answers: str) -> Link:
    """Return what is known after answers such as ``404@01``: a status, - for none, ! for no host; a day."""
    known = None
    for given in answers:
        status, day = given.split("@")
        answer = Answer(kind="unreachable" if status == "-" else "failed")
        if status.isdigit():
            answer = Answer(kind=judge_status(int(status)), status=int(status))
        known = note_answer(known, answer, f"2026-03-{day}")
    assert known is not None
    return known


@pytest.mark.parametrize(
    ("answers", "state", "days"),
    [
        (["200@01"], "ok", ""),
        (["404@01"], "failing", "01"),
        (["404@01", "404@02"], "failing", "01 02"),
        (["404@01", "404@02", "404@03"], "dead", "01 02 03"),
        (["410@01", "!@02", "404@09"], "dead", "01 02 09"),
        (["!@01", "!@02", "!@03"], "dead", "01 02 03"),
        (["404@01", "404@01", "404@01", "404@01"], "failing", "01"),
        (["404@02", "404@01", "404@02"], "failing", "02"),
        (["404@01", "404@02", "200@03", "404@04"], "failing", "04"),
        (["404@01", "404@02", "404@03", "404@04", "404@05"], "dead", "01 02 03"),
        (["404@01", "404@02", "404@03", "200@04"], "ok", ""),
        (["403@01", "403@02", "403@03", "403@04"], "blocked", ""),
        (["-@01", "-@02", "-@03", "-@04"], "unreachable", ""),
        (["500@01", "503@02", "500@03", "500@04"], "unreachable", ""),
        (["429@01", "429@02", "429@03"], "blocked", ""),
        (["404@01", "-@02", "-@03"], "unreachable", "01"),
        (["404@01", "-@02", "404@03", "403@04", "404@05"], "dead", "01 03 05"),
        (["404@01", "404@02", "404@03", "403@04"], "dead", "01 02 03"),
        (["404@01", "404@02", "404@03", "-@04"], "dead", "01 02 03"),
    ],
)
def test_dead_only_after_failures_on_three_days(answers, state, days):
    known = live(*answers)
    assert (known.state, known.failures) == (state, tuple(f"2026-03-{day}" for day in days.split()))
    assert known.asked == f"2026-03-{answers[-1].split('@')[1]}"


def test_a_new_address_is_kept_only_while_the_link_works():
    moved = Answer(kind="ok", status=200, moved="https://new.example/")
    assert note_answer(None, moved, "2026-03-01").moved == "https://new.example/"
    assert (
        note_answer(None, Answer(kind="failed", status=404, moved="https://new.example/"), "2026-03-01").moved is None
    )


@pytest.mark.parametrize(
    ("answers", "day", "max_age", "due"),
    [
        (["200@01"], "07", 7, False),
        (["200@01"], "08", 7, True),
        (["403@01"], "07", 7, False),
        (["403@01"], "08", 7, True),
        (["429@01"], "02", 7, True),
        (["404@01"], "01", 7, False),
        (["404@01"], "02", 7, True),
        (["-@01"], "02", 7, True),
        (["404@01", "404@02", "404@03"], "03", 7, False),
        (["404@01", "404@02", "404@03"], "04", 7, True),
        (["200@05"], "01", 7, False),
        (["200@01"], "01", 0, True),
        (["404@01"], "01", 0, True),
    ],
)
def test_when_a_link_is_asked_again(answers, day, max_age, due):
    assert is_due(live(*answers), f"2026-03-{day}", max_age) is due


def test_a_link_that_nobody_asked_is_due():
    assert is_due(None, "2026-03-01", 7)


@pytest.mark.parametrize(
    ("url", "address"),
    [(URL, URL), (f"{URL}#totp", URL), (f"{URL}?a=1#b#c", f"{URL}?a=1"), (f"{URL}#", URL)],
)
def test_a_fragment_is_not_asked_for(url, address):
    assert address_of(url) == address


# --- The file ---------------------------------------------------------------------------------------------------------

KNOWN = {
    "https://b.example/": live("200@01"),
    'https://a.example/ä?x="1"': live("404@01", "404@02", "404@03"),
    "https://c.example/": Link(state="unreachable", asked="2026-03-01", reason="connection refused"),
}


def test_the_file_is_read_as_it_was_written():
    assert parse_links(dump_links(KNOWN)) == KNOWN
    assert parse_links(dump_links({})) == {}


def test_the_file_is_the_same_whatever_the_order_and_has_a_line_for_each_link():
    data = dump_links(KNOWN)
    assert data == dump_links(dict(reversed(KNOWN.items())))
    assert len(data.splitlines()) == len(KNOWN) + 2
    assert list(json.loads(data)["links"]) == sorted(KNOWN)
    later = dump_links(KNOWN | {"https://b.example/": live("200@08")})
    assert len(set(later.splitlines()) - set(data.splitlines())) == 1


def test_the_dead_ones_with_the_day_of_the_first_failure():
    assert find_dead(KNOWN) == {'https://a.example/ä?x="1"': "2026-03-01"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": 2, "links": {}}',
        b'{"format": 1, "links": {"https://a.example/": {}}}',
        b'{"format": 1, "links": {"https://a.example/": {"state": "gone", "asked": "2026-03-01"}}}',
        b'{"format": 1, "links": {"https://a.example/": {"state": "ok", "asked": "yesterday"}}}',
        b'{"format": 1, "links": {"https://a.example/": {"state": "ok", "asked": "2026-02-30"}}}',
        b'{"format": 1, "links": {"https://a.example/": {"state": "ok", "asked": "2026-03-01", "more": 1}}}',
        dump_links(KNOWN)[:-20],
    ],
)
def test_a_damaged_file_is_refused(data):
    with pytest.raises(ValueError, match=r"."):
        parse_links(data)
