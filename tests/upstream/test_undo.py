"""What is refused can be accepted by its hash, and what was taken over can be taken back."""

import json

import pytest

from generator.errors import UsageError
from generator.formats.ledger import Published
from generator.upstream.refresh import roll_back
from generator.upstream.state import hash_bytes

SOURCE = "2fa-directory"


def dump(value):
    return json.dumps(value).encode()


def contents(project, *but):
    """Return the files of ``data/`` without the reports, and without what a rollback would bring back."""
    files = {name: data for name, (data, _) in project.files().items()}
    return {name: data for name, data in files.items() if not name.startswith(("reports/", "previous/", *but))}


def undo(project, *sources, date="2026-03-03", now="2026-03-03T02:00:00Z"):
    return roll_back(project.settings, sources=sources, date=date, now=now)


@pytest.fixture
def half(entries):
    return entries[:75]


# --- Accepting --------------------------------------------------------------------------------------------------------


def test_a_refusal_says_how_to_accept(project, entries, half):
    project.fetch(entries)
    before = contents(project)
    report = project.fetch(half).sources[SOURCE]
    sha256 = hash_bytes(dump(half))
    assert report.status == "refused"
    assert "75 of 150 entries are gone" in report.reason
    assert f"twofa fetch {SOURCE} --accept {sha256}" in report.fix
    assert contents(project) == before
    refused = project.settings.paths.work / "refused" / "2fa-directory.json"
    assert refused.read_bytes() == dump(half)
    assert "twofa changes data/2fa-directory.json .twofa/refused/2fa-directory.json" in report.fix


def test_accepted(project, entries, half):
    project.fetch(entries)
    report = project.fetch(half, accept=hash_bytes(dump(half))).sources[SOURCE]
    assert (report.status, report.records, report.events) == ("updated", 75, {"removed": 75})
    assert "accepted by --accept, although 75 of 150 entries are gone" in report.warnings[0]
    assert project.read("2fa-directory.meta.json")["warnings"] == list(report.warnings)
    # The next night the same file is nothing new.
    assert project.fetch(half).sources[SOURCE].status == "unchanged"


def test_only_just_that_file_is_accepted(project, entries, half):
    project.fetch(entries)
    before = contents(project)
    report = project.fetch(half[1:], accept=hash_bytes(dump(half))).sources[SOURCE]
    assert report.status == "refused"
    assert "another file than the one that --accept names" in report.fix
    assert contents(project) == before


@pytest.mark.parametrize("value", [[], {"error": "no"}, ["a"]])
def test_what_is_no_list_of_records_is_never_accepted(project, entries, value):
    project.fetch(entries)
    before = contents(project)
    assert project.fetch(value, accept=hash_bytes(dump(value))).exit_code == 4
    assert contents(project) == before


def test_the_gap_is_counted_from_the_last_good_fetch(project, entries):
    long = [
        *entries,
        *(["More", {"domain": f"more{n}.example", "keywords": ["other"], "tfa": ["totp"]}] for n in range(160)),
    ]
    project.fetch(long, date="2025-01-01")
    fewer = long[:-45]
    assert project.fetch(fewer, date="2025-04-02", dry_run=True).exit_code == 4
    # A quiet night in between ends the gap of those that end it by another limit.
    limits = project.settings.limits
    assert limits.refresh.removed.find_limit(310, 91) < 45
    wide = [
        *long,
        *(["Wide", {"domain": f"wide{n}.example", "keywords": ["other"], "tfa": ["totp"]}] for n in range(151)),
    ]
    assert project.fetch(wide, date="2025-01-31", dry_run=True).exit_code == 4
    assert project.fetch(wide[:-30], date="2025-04-02", dry_run=True).exit_code == 0
    assert project.fetch(long, date="2025-04-01").sources[SOURCE].status == "unchanged"
    assert project.read("2fa-directory.meta.json")["changed"] == "2025-01-01"
    assert project.fetch(wide, date="2025-04-02", dry_run=True).exit_code == 4


# --- Taking back ------------------------------------------------------------------------------------------------------


def test_taken_back(project, entries, half):
    project.fetch(entries)
    before = contents(project)
    project.fetch(half, accept=hash_bytes(dump(half)), now="2026-03-02T02:00:00Z", date="2026-03-02")
    assert project.events()
    report = undo(project)
    assert (report.exit_code, report.sources[SOURCE].status, report.sources[SOURCE].records) == (0, "rolled_back", 150)
    assert contents(project) == before
    assert project.read("reports/latest.json")["sources"][SOURCE]["status"] == "rolled_back"
    # That file is still refused, and there is nothing more to take back than the first fetch.
    assert project.fetch(half).exit_code == 4


def test_services_of_the_refresh_keep_their_address(project, entries, entry):
    project.fetch(entries)
    before = contents(project, "ledger.json")
    project.fetch([*entries, entry("new.example", "totp")], date="2026-03-02", now="2026-03-02T02:00:00Z")
    undo(project)
    assert contents(project, "ledger.json") == before
    row = project.read("ledger.json")["services"]["new.example"]
    assert (row["slug"], row["gone"]["how"], row["gone"]["date"]) == ("new", "removed", "2026-03-03")
    # It comes back at its own address.
    project.fetch([*entries, entry("new.example", "totp")], date="2026-03-04")
    assert project.read("ledger.json")["services"]["new.example"] == {"slug": "new", "since": "2026-03-02"}


def test_addresses_that_were_published_meanwhile_are_kept(project, entries):
    project.fetch(entries)
    project.fetch(entries[:-1], date="2026-03-02", now="2026-03-02T02:00:00Z")
    project.published = Published(
        services={"own.example": ("own", "Own")},
        shares=frozenset({"site001.example"}),
        addresses=frozenset({"/faq/"}),
    )
    project.fetch(entries[:-1], date="2026-03-02", now="2026-03-02T03:00:00Z")
    project.published = Published()
    undo(project)
    ledger = project.read("ledger.json")
    assert ledger["addresses"] == ["/faq/"]
    assert ledger["services"]["own.example"] == {"slug": "own", "since": "2026-03-02", "curated": True, "name": "Own"}
    assert ledger["services"]["site001.example"]["share"] is True
    assert "gone" not in ledger["services"]["site149.example"]


def test_a_move_is_taken_back(project, entries, entry):
    project.fetch([*entries, entry("old.example", "totp", name="Moving")])
    before = contents(project, "ledger.json")
    rows = project.read("ledger.json")["services"]
    project.fetch([*entries, entry("old.test", "totp", name="Moving")], date="2026-03-02", now="2026-03-02T02:00:00Z")
    assert project.read("ledger.json")["services"]["old.test"]["slug"] == "old"
    undo(project)
    assert contents(project, "ledger.json") == before
    after = project.read("ledger.json")["services"]
    assert {domain: after[domain] for domain in rows} == rows
    assert after["old.test"]["gone"] == {"how": "moved", "date": "2026-03-03", "to": "old.example"}


def test_the_first_fetch_is_taken_back(project, entries):
    project.fetch(entries)
    report = undo(project)
    assert report.sources[SOURCE].records == 0
    assert set(contents(project)) == {"ledger.json", "status.json"}
    assert project.read("status.json") == {"sources": {}}
    assert project.fetch(entries).sources[SOURCE].status == "updated"


def test_all_sources_of_the_last_run_are_taken_back(make_project, server, answer, entries, half):
    project = make_project(directory=server.address, passkeys=server.address)
    beside = {f"site{number:03}.example": {"mfa": "allowed"} for number in range(30)}
    both = ["2fa-directory", "passkeys"]
    server.answers = [
        answer(body=dump(value)) for value in (entries, beside, entries[1:], dict(list(beside.items())[1:]))
    ]
    project.fetch(sources=both)
    first = contents(project)
    project.fetch(sources=both, now="2026-03-02T02:00:00Z", date="2026-03-02")
    report = undo(project)
    assert {source: each.status for source, each in report.sources.items()} == dict.fromkeys(both, "rolled_back")
    assert contents(project) == first


def test_one_source_alone(project, entries):
    project.fetch(entries)
    project.fetch({"a.example": {"mfa": "allowed"}}, source="passkeys", now="2026-03-02T02:00:00Z")
    report = undo(project, SOURCE)
    assert set(report.sources) == {SOURCE}
    assert set(contents(project)) >= {"passkeys.json"}
    assert "2fa-directory.json" not in contents(project)


def test_nothing_to_take_back(project, entries):
    with pytest.raises(UsageError, match="no refresh to take back"):
        undo(project)
    project.fetch(entries)
    with pytest.raises(UsageError, match="no refresh of passkeys"):
        undo(project, "passkeys")
    with pytest.raises(UsageError, match="no source nobody"):
        undo(project, "nobody")
    undo(project)
    with pytest.raises(UsageError, match="no refresh to take back"):
        undo(project)
