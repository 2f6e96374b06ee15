"""What publishing decides before it sends anything, as tables of cases; what it makes of the words of rclone."""

from __future__ import annotations

import json

import pytest

from generator.errors import PublishError
from generator.publishing.index import Index, dump_index, find_mark, parse_index
from generator.publishing.planning import plan_publishing, refuse_emptying
from generator.publishing.rclone import Rclone, find_reason, parse_row


def mark(*names: str, version: str = "1") -> dict[str, str]:
    return {name: find_mark(name, version.encode()) for name in names}


PAGE, OTHER, LIST, FEED, STATUS = (
    *("2fa-directory/a/index.html", "2fa-directory/b/index.html", "2fa-directory/index.html"),
    *("changes.atom", "api/v1/status.json"),
)


def test_new_before_changed_and_each_in_the_order_of_its_kind():
    held = Index(files=mark(PAGE, LIST, FEED, STATUS, version="0"))
    category = "2fa-directory/category/x/index.html"
    plan = plan_publishing(mark(PAGE, LIST, FEED, STATUS, OTHER, category, "assets/a.css"), held)
    assert [batch.names for batch in plan.batches] == [
        *(("assets/a.css",), (OTHER,), (category,)),
        *((PAGE,), (LIST,), (FEED,), (STATUS,)),
    ]
    assert (plan.lost, plan.unchanged) == ((), 0)
    assert plan.before == Index(unknown=frozenset(plan.names))


def test_the_index_never_claims_what_is_in_doubt():
    held = Index(files=mark(PAGE, LIST, "gone.txt"), unknown=frozenset({OTHER, "doubtful.txt"}))
    plan = plan_publishing({**mark(PAGE, OTHER), **mark(LIST, version="2")}, held, ["found.txt"])
    assert plan.lost == ("doubtful.txt", "found.txt", "gone.txt")
    assert plan.names == [OTHER, LIST]
    assert plan.before == Index(files=mark(PAGE), unknown=frozenset({*plan.lost, *plan.names}))
    assert plan.after == Index(files={**mark(PAGE, OTHER), **mark(LIST, version="2")})
    assert plan.unchanged == 1
    again = plan_publishing(plan.after.files, plan.after)
    assert not again
    assert again.unchanged == 3


@pytest.mark.parametrize(
    ("held", "lost", "refused"),
    [(40, 39, False), (100, 50, False), (100, 51, True), (1000, 250, False), (1000, 251, True)],
)
def test_a_remote_is_not_emptied_by_mistake(held, lost, refused):
    names = [f"{number}.txt" for number in range(held)]
    index = Index(files=mark(*names), unknown=frozenset({"doubtful.txt"}))
    plan = plan_publishing(mark(*names[lost:]), index)
    if not refused:
        refuse_emptying(plan, index, "web:site")
        return
    with pytest.raises(PublishError, match=rf"^web:site: {lost} of the {held:,} files there would be deleted"):
        refuse_emptying(plan, index, "web:site")


def test_an_index_comes_back_as_it_was():
    index = Index(files=mark(PAGE, LIST), unknown=frozenset({"ü.txt"}))
    assert parse_index(dump_index(index)) == index
    assert dump_index(Index(files=mark(LIST, PAGE), unknown=frozenset({"ü.txt"}))) == dump_index(index)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"format": 99}',
        b"\xff\xfe",
        b'{"format": 1, "files": []}',
        b'{"format": 1, "files": {"a": 1}}',
    ],
)
def test_an_index_that_says_nothing(data):
    assert parse_index(data) is None


def test_what_an_index_doubts_it_does_not_know():
    data = json.dumps({"format": 1, "files": {"a": "1", "b": "2"}, "unknown": ["a"]}).encode()
    assert parse_index(data) == Index(files={"b": "2"}, unknown=frozenset({"a"}))


@pytest.mark.parametrize(
    ("remote", "shown"),
    [
        ("web:bucket/site", "web:bucket/site"),
        ("/srv/www", "/srv/www"),
        (":s3,secret_access_key=abc:bucket", ":s3:bucket"),
        (":s3,endpoint='http://h:9',secret_access_key=\"a:b\":bucket/x", ":s3:bucket/x"),
        ("web,region=eu:bucket:x", "web:bucket:x"),
    ],
)
def test_a_remote_is_shown_without_its_parameters(remote, shown):
    assert Rclone(program="rclone", remote=remote).shown == shown


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        (b"", ""),
        (b'{"level":"notice","msg":"using defaults"}\n', "using defaults"),
        (
            b'{"level":"notice","msg":"defaults"}\n{"level":"error","msg":"full","object":"a"}\n{"level":"error","msg":"b"}',
            "a: full",
        ),
        (b'{"level":"error","msg":"Attempt 1/1 failed with 1 error and: no host"}', "no host"),
        (b"[]\nError: unknown flag: --none\nUsage:\n", "Error: unknown flag: --none"),
    ],
)
def test_what_went_wrong_first_is_the_reason(log, reason):
    assert find_reason(row for line in log.splitlines() if (row := parse_row(line))) == reason
