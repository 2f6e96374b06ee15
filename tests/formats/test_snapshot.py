"""A snapshot keeps upstream's shape, and is read into the records of the model."""

import hashlib
import json
from typing import Any

import pytest

from generator.formats import snapshot
from generator.formats.snapshot import (
    RawDirectoryRecord,
    SnapshotMeta,
    dump_directory,
    dump_meta,
    dump_passkeys,
    parse_directory,
    parse_directory_file,
    parse_meta,
    parse_passkeys,
    parse_passkeys_file,
)
from generator.model import Contact, DirectoryRecord, PasskeyRecord


def test_full_record():
    raw: RawDirectoryRecord = (
        " A &amp; B [UK] ",
        {
            "domain": "A.Example",
            "tfa": ["sms", "matrix", "totp", "custom-software"],
            "custom-software": ["App"],
            "custom-hardware": ["Token"],
            "documentation": "https://a.example/2fa",
            "recovery": "https://a.example/lost",
            "notes": "Only for merchants &amp; banks.",
            "url": "https://www.a.example/",
            "keywords": ["finance", "banking"],
            "regions": ["US", "-ca"],
            "additional-domains": ["c.example", "B.example", "b.example"],
            "img": "a.svg",
            "new-key": 1,
        },
    )
    assert parse_directory([raw]) == {
        "a.example": DirectoryRecord(
            domain="a.example",
            name="A & B [UK]",
            methods=("totp", "custom-software", "sms", "matrix"),
            custom_software=("App",),
            custom_hardware=("Token",),
            documentation="https://a.example/2fa",
            recovery="https://a.example/lost",
            note="Only for merchants &amp; banks.",
            url="https://www.a.example/",
            categories=("finance", "banking"),
            regions=("-ca", "us"),
            additional_domains=("b.example", "c.example"),
            image="a.svg",
        )
    }


def test_record_without_2fa_and_damaged_record():
    contact = {"twitter": "a", "email": "", "language": "de", "new-key": "x"}
    raw: list[RawDirectoryRecord] = [
        ("A", {"domain": "a.example", "keywords": ["other"], "contact": contact}),
        ("B", {"domain": "b.example", "keywords": ["other"], "damaged": True}),
    ]
    records = parse_directory(raw)
    assert records["a.example"].contact == Contact(twitter="a", language="de")
    assert not records["a.example"].methods
    assert records["b.example"] == DirectoryRecord(domain="b.example", name="B", categories=("other",), damaged=True)


def test_entities_are_decoded_once():
    assert parse_directory([("&amp;amp;", {"domain": "a.example"})])["a.example"].name == "&amp;"


def test_directory_is_one_record_a_line_in_order():
    pairs: list[RawDirectoryRecord] = [("Ä", {"tfa": ["sms"], "domain": "b.example"}), ("B", {"domain": "a.example"})]
    text = dump_directory(pairs)
    assert text.decode().splitlines() == [
        "[",
        '["B", {"domain": "a.example"}],',
        '["Ä", {"domain": "b.example", "tfa": ["sms"]}]',
        "]",
    ]
    assert dump_directory(pairs[::-1]) == text
    assert [tuple(pair) for pair in json.loads(text)] == pairs[::-1]


def test_passkeys():
    raw: dict[str, dict[str, Any]] = {
        "B.example": {"passwordless": "required", "notes": "Note.", "regions": ["US"], "new-key": 1},
        "a.example": {"mfa": "allowed", "documentation": "https://a.example/", "recovery": "https://a.example/r"},
        "c.example": {"contact": {"twitter": "c"}},
    }
    assert parse_passkeys(raw) == {
        "b.example": PasskeyRecord(domain="b.example", passwordless=True, note="Note.", regions=("us",)),
        "a.example": PasskeyRecord(
            domain="a.example", mfa=True, documentation="https://a.example/", recovery="https://a.example/r"
        ),
    }
    text = dump_passkeys(raw)
    assert json.loads(text) == raw
    assert [line.split(":")[0] for line in text.decode().splitlines()[1:-1]] == [
        '"B.example"',
        '"a.example"',
        '"c.example"',
    ]


META = SnapshotMeta(
    source="passkeys",
    address="https://directory.example/all.json",
    sha256="1" * 64,
    stored_sha256="2" * 64,
    fetched="2026-03-01T02:00:00Z",
    first="2026-01-01",
    changed="2026-03-01",
    etag='"é"',
    counts={"records": 2},
    warnings=("one", "two"),
)


def test_meta():
    assert parse_meta(dump_meta(META)) == META
    assert dump_meta(parse_meta(dump_meta(META))) == dump_meta(META)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"7", b'{"source": "x", "colour": "red"}'])
def test_no_meta(text):
    with pytest.raises((ValueError, TypeError, AttributeError)):
        parse_meta(text)


# --- A whole file, its records on demand ------------------------------------------------------------------------------

PAIRS: list[RawDirectoryRecord] = [
    (
        "Alpha",
        {"domain": "Alpha.example", "tfa": ["totp"], "keywords": ["cloud"], "notes": '"domain": "x.example"'},
    ),
    ("Bravo", {"domain": "bravo.example", "contact": {"domain": "y.example", "twitter": "b"}, "keywords": ["cloud"]}),
    ("Çharlie", {"domain": "charlie.example", "tfa": ["sms"], "keywords": ["cloud"], "regions": ["US"]}),
]
BESIDE = {
    "Alpha.example": {"mfa": "allowed", "notes": "a\n, b"},
    "bravo.example": {"contact": {"mfa": "allowed"}},
    "charlie.example": {"passwordless": "required", "regions": ["US"]},
}


def find_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("pairs", [PAIRS, PAIRS[:1], [PAIRS[0], PAIRS[2]]])
def test_records_are_the_same_whether_the_file_is_known_or_not(pairs):
    data = dump_directory(pairs)
    for stored in (find_hash(data), "another", None):
        records = parse_directory_file(data, stored)
        assert records == parse_directory(json.loads(data))
        assert list(records) == list(parse_directory(json.loads(data)))


@pytest.mark.parametrize("raw", [BESIDE, {}, {"a.example": {}}])
def test_passkeys_are_the_same_whether_the_file_is_known_or_not(raw):
    data = dump_passkeys(raw)
    for stored in (find_hash(data), "another", None):
        assert parse_passkeys_file(data, stored) == parse_passkeys(json.loads(data))


def test_a_record_is_parsed_once_and_only_when_it_is_asked_for(monkeypatch):
    parsed = []
    parse = snapshot.parse_directory_record

    def note(name, fields):
        parsed.append(name)
        return parse(name, fields)

    monkeypatch.setattr(snapshot, "parse_directory_record", note)
    data = dump_directory([PAIRS[0], PAIRS[2]])
    records = parse_directory_file(data, find_hash(data))
    assert (len(records), list(records)) == (2, ["alpha.example", "charlie.example"])
    assert "alpha.example" in records
    assert "bravo.example" not in records
    assert records.get("bravo.example") is None
    assert parsed == []
    assert records["charlie.example"] is records["charlie.example"]
    assert parsed == ["Çharlie"]
    assert json.loads(records.texts["alpha.example"])[0] == "Alpha"
    with pytest.raises(KeyError):
        records["bravo.example"]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"[\n\n]\n", b'[["Alpha", {}]]', b'[["Alpha"]]', b'[["Alpha", {"domain": 1}]]', b"\xff"]
)
def test_a_damaged_file_is_refused_at_once(data):
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        parse_directory_file(data, None)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"a.example": []}', b'{"a.example": {"mfa": "allowed", "regions": 1}}'])
def test_a_damaged_passkeys_file_is_refused_at_once(data):
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        parse_passkeys_file(data, None)
