"""twofa status says how old each source is, and fails when one is too old."""

import json

import pytest

from generator.upstream.ages import describe_age, find_age
from generator.upstream.state import SourceStatus

NOW = "2026-03-03T12:00:00+00:00"


def make_status(fetched):
    return SourceStatus(
        fetched=fetched, changed="2026-02-01", address="", sha256="", stored_sha256="", version="", records=1234
    )


@pytest.mark.parametrize(
    ("fetched", "hours", "is_old", "words"),
    [
        ("2026-03-03T11:30:00+00:00", 0.5, False, "30 minutes ago"),
        ("2026-03-01T12:00:00+00:00", 48.0, False, "48 hours ago"),
        ("2026-03-01T11:00:00Z", 49.0, True, "49 hours ago"),
        # A clock that was set back is no reason to fail.
        ("2026-03-04T11:00:00+00:00", 0.0, False, "0 minutes ago"),
    ],
)
def test_age(fetched, hours, is_old, words):
    age = find_age("2fa-directory", make_status(fetched), now=NOW, max_hours=48)
    assert (age.hours, age.is_old) == (hours, is_old)
    assert words in describe_age(age)
    assert ("too old" in describe_age(age)) is is_old


def test_never_fetched():
    age = find_age("passkeys", None, now=NOW, max_hours=48)
    assert age.is_old
    assert describe_age(age) == "passkeys: never fetched"


def write_status(project, **fetched):
    sources = {
        name.replace("_", "-"): {
            "fetched": time,
            "changed": "2026-02-01",
            "address": "",
            "sha256": "",
            "stored_sha256": "",
            "version": "",
            "records": 3,
            "warnings": [],
        }
        for name, time in fetched.items()
    }
    sources = {name.replace("d2fa", "2fa"): fields for name, fields in sources.items()}
    project.write("data/status.json", json.dumps({"sources": sources}))


def test_command(tiny):
    write_status(tiny, d2fa_directory="2999-01-01T00:00:00+00:00")
    outcome = tiny.run("status")
    assert outcome.code == 0
    assert outcome.out.startswith("2fa-directory: fetched 0 minutes ago")
    write_status(tiny, d2fa_directory="2999-01-01T00:00:00+00:00", passkeys="2020-01-01T00:00:00+00:00")
    outcome = tiny.run("status")
    assert outcome.code == 3
    assert "this is too old" in outcome.out
    outcome = tiny.run("status", "--json")
    assert outcome.code == 3
    assert outcome.json["max_age_hours"] == 48
    passkeys = outcome.json["sources"]["passkeys"]
    assert (passkeys["fetched"], passkeys["old"], passkeys["records"]) == ("2020-01-01T00:00:00+00:00", True, 3)
    assert outcome.json["sources"]["2fa-directory"]["old"] is False


def test_the_limit_is_a_setting(tiny):
    write_status(tiny, d2fa_directory="2020-01-01T00:00:00+00:00")
    assert tiny.run("status").code == 3
    tiny.write("content/site.yaml", tiny.read("content/site.yaml") + "limits: {source_max_age_hours: 1000000}\n")
    assert tiny.run("status").code == 0


def test_a_source_that_the_settings_use_counts_before_its_first_fetch(tiny):
    write_status(tiny, d2fa_directory="2999-01-01T00:00:00+00:00")
    sources = tiny.read("content/sources.yaml").replace(
        "passkeys:\n", "passkeys:\n  address: https://second.example/all.json\n"
    )
    tiny.write("content/sources.yaml", sources)
    outcome = tiny.run("status")
    assert outcome.code == 3
    assert "passkeys: never fetched" in outcome.out


def test_damaged(tiny):
    tiny.write("data/status.json", "{")
    outcome = tiny.run("status")
    assert outcome.code == 5
    assert "data/status.json is damaged" in outcome.err
