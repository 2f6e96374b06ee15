"""Moves and merges are believed on upstream's own word only; everything weaker is a suggestion."""

import pytest

from generator.formats.ledger import Departures
from generator.identity import plain_name
from generator.model import Contact, DirectoryRecord
from generator.upstream.moves import find_departures, find_suggestions


def make(*records):
    return {record.domain: record for record in records}


def record(domain, name=None, **more):
    more = {key: tuple(value) if isinstance(value, list) else value for key, value in more.items()}
    return DirectoryRecord(domain=domain, name=name or domain, **more)


STAYS = record("stays.example", "Stays")


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Foo", "foo"), ("Foo [UK]", "foo"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("Foo [UK] x", "foo [uk] x")],
)
def test_plain_name(name, plain):
    assert plain_name(name) == plain
    assert plain_name("Foo [Pro]") == "foo [pro]"


@pytest.mark.parametrize(
    ("removed", "added", "moved"),
    [
        # The old domain among the new entry's additional domains.
        (
            [record("a.example", "A")],
            [record("b.example", "B", additional_domains=["a.example"])],
            {"a.example": "b.example"},
        ),
        # The same name, whatever its case and country.
        ([record("a.example", "Same [UK]")], [record("b.example", "SAME")], {"a.example": "b.example"}),
        # Additional domains are asked first.
        (
            [record("a.example", "Same")],
            [record("b.example", "Same"), record("c.example", "C", additional_domains=["a.example"])],
            {"a.example": "c.example"},
        ),
        # Two entries claim the old domain: the name may still tell.
        (
            [record("a.example", "Same")],
            [
                record("b.example", "Same", additional_domains=["a.example"]),
                record("c.example", "C", additional_domains=["a.example"]),
            ],
            {"a.example": "b.example"},
        ),
        # One entry follows two: no move at all.
        (
            [record("a.example", "A"), record("b.example", "B")],
            [record("c.example", "C", additional_domains=["a.example", "b.example"])],
            {},
        ),
        # Two have the name.
        ([record("a.example", "Same")], [record("b.example", "Same"), record("c.example", "Same [US]")], {}),
        ([record("a.example", "Same"), record("b.example", "Same")], [record("c.example", "Same")], {}),
        # Names that only look alike, and shared links, are no evidence.
        ([record("a.example", "Example Bank")], [record("b.example", "Example Banks")], {}),
        (
            [record("a.example", "A", documentation="https://help.example/")],
            [record("a.test", "B", documentation="https://help.example/")],
            {},
        ),
    ],
)
def test_moves(removed, added, moved):
    assert find_departures(make(STAYS, *removed), make(STAYS, *added)) == Departures(moved=moved)


def test_no_move_to_an_entry_that_was_there_before():
    old = make(record("a.example", "Same"), record("b.example", "Same"))
    assert find_departures(old, make(record("b.example", "Same"))) == Departures()


@pytest.mark.parametrize("before", [(), ("a.example",)])
def test_merge_into_a_staying_entry_that_now_lists_the_domain(before):
    old = make(record("stays.example", "Stays", additional_domains=before), record("a.example"))
    new = make(record("stays.example", "Stays", additional_domains=["a.example"]))
    assert find_departures(old, new) == Departures(merged={"a.example": "stays.example"})


def test_no_merge_where_two_entries_list_the_domain():
    old = make(STAYS, record("also.example"), record("a.example"))
    new = make(*(record(domain, additional_domains=["a.example"]) for domain in ("stays.example", "also.example")))
    assert find_departures(old, new) == Departures()
    assert [item.domain for item in find_suggestions(old, new, Departures())] == ["also.example", "stays.example"]


@pytest.mark.parametrize(
    ("shared", "evidence"),
    [
        ({"documentation": "https://help.example/2fa"}, "documentation"),
        ({"recovery": "https://help.example/lost"}, "recovery"),
        ({"contact": Contact(twitter="Example", language="en")}, "contact"),
        ({"image": "example.svg"}, "img"),
    ],
)
def test_weaker_evidence_is_a_suggestion(shared, evidence):
    old, new = make(STAYS, record("a.example", "A", **shared)), make(STAYS, record("b.example", "B", **shared))
    departures = find_departures(old, new)
    (suggestion,) = find_suggestions(old, new, departures)
    assert departures == Departures()
    assert suggestion.as_json() == {
        "old_domain": "a.example",
        "old_name": "A",
        "domain": "b.example",
        "name": "B",
        "evidence": [evidence],
    }


def test_evidence_is_gathered():
    old = make(record("same.example", "A", image="x.svg"))
    new = make(record("same.test", "B", image="x.svg"))
    (suggestion,) = find_suggestions(old, new, Departures())
    assert suggestion.evidence == ("img", "first label")


def test_no_suggestion_for_what_is_explained_or_unrelated():
    old, new = make(record("a.example", "A", image="x.svg")), make(record("b.example", "B", image="x.svg"))
    assert find_suggestions(old, new, Departures(moved={"a.example": "b.example"})) == ()
    language = {"contact": Contact(language="en")}
    assert (
        find_suggestions(make(record("a.example", **language)), make(record("b.example", **language)), Departures())
        == ()
    )
