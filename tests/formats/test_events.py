"""The history is one event a line, and says the same after a round trip."""

import pytest

from generator.formats.events import dump_events, event_fields, parse_events
from generator.model import Event

EVENTS = (
    Event(type="added", domain="a.example", name="Ä\u2028", date="2026-03-01", details={"methods": ["totp"]}),
    Event(type="renamed", domain="b.example", name="B", details={"old_name": "A"}),
)


def test_round_trip():
    text = dump_events(EVENTS)
    assert parse_events(text) == EVENTS
    assert parse_events(text.decode() + "\n") == EVENTS
    assert text.count(b"\n") == 2
    assert parse_events(b"") == ()


def test_flat_object():
    assert event_fields(EVENTS[0]) == {
        "type": "added",
        "domain": "a.example",
        "name": "Ä\u2028",
        "methods": ["totp"],
        "date": "2026-03-01",
    }
    assert "date" not in event_fields(EVENTS[1])


@pytest.mark.parametrize("text", [b"{", b"{}", b"[]", b"7", b'{"type": "added", "domain": "a.example"}', b"\xff"])
def test_no_history(text):
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        parse_events(text)


@pytest.mark.parametrize("kind", ["renamed", "moved", "merged", "field_changed"])
def test_an_event_without_what_its_sentence_needs_is_no_event(kind):
    with pytest.raises(KeyError):
        parse_events(f'{{"type": "{kind}", "domain": "one.example", "name": "One", "date": "2026-01-05"}}')
