"""The nightly job from the server to the folder data/."""

import json

import pytest
from msgspec.structs import replace

from generator.errors import BusyError, PublishError, UsageError
from generator.formats.ledger import Published
from generator.formats.ledger_file import parse_ledger
from generator.lock import hold_lock
from generator.upstream import store, transaction
from generator.upstream.refresh import choose_sources
from generator.upstream.state import hash_bytes
from tests.helpers import within

REPORTS = {"reports/latest.json", "reports/latest.txt"}
FILES = {"2fa-directory.json", "2fa-directory.meta.json", "ledger.json", "status.json", *REPORTS}


def dump(value):
    return json.dumps(value).encode()


def without(files, *names):
    return {name: file for name, file in files.items() if name not in names}


# --- The first fetch and quiet nights ---------------------------------------------------------------------------------


def test_first_fetch(project, entries):
    report = project.fetch(entries)
    source = report.sources["2fa-directory"]
    assert (report.exit_code, source.status, source.records, source.events) == (0, "updated", 150, {})
    assert set(project.files()) == FILES | {"previous/2fa-directory.undo.json", "previous/ledger.json"}
    assert [fields["domain"] for _, fields in project.read("2fa-directory.json")][:2] == [
        "site000.example",
        "site001.example",
    ]
    meta = project.read("2fa-directory.meta.json")
    assert (meta["first"], meta["changed"], meta["fetched"]) == ("2026-03-01", "2026-03-01", "2026-03-01T02:00:00Z")
    assert meta["address"] == "file:served.json"
    assert meta["sha256"] == source.sha256
    assert meta["counts"] == {"records": 150, "with_2fa": 150}
    assert project.read("ledger.json")["services"]["site000.example"] == {"slug": "site000", "since": "2026-03-01"}
    assert project.read("status.json")["sources"]["2fa-directory"]["changed"] == "2026-03-01"


def test_report_has_the_shape_of_the_product(project, entries):
    report = project.fetch(entries).as_json()
    assert set(report) == {"sources"}
    source = report["sources"]["2fa-directory"]
    assert {"status", "records", "sha256", "events", "warnings", "reason"} <= set(source)
    assert (source["status"], source["events"], source["warnings"], source["reason"]) == ("updated", {}, [], None)
    assert project.read("reports/latest.json") == {"fetched": "2026-03-01T02:00:00Z", "date": "2026-03-01", **report}


@pytest.mark.parametrize("change", ["none", "order", "layout"])
def test_quiet_night(project, entries, entry, change):
    entries.append(entry("lists.example", "totp", "sms", regions=["us", "ca"]))
    project.fetch(entries)
    before = project.files()
    served = {
        "none": dump(entries),
        "order": dump([*entries[:-1], entry("Lists.example", "sms", "totp", regions=["ca", "us"])][::-1]),
        "layout": json.dumps(entries, indent=2).encode(),
    }
    report = project.fetch(served[change], date="2026-03-02", now="2026-03-02T02:00:00Z")
    assert report.sources["2fa-directory"].status == "unchanged"
    assert report.sources["2fa-directory"].records == 151
    quiet = ("status.json", *REPORTS)
    assert without(project.files(), *quiet) == without(before, *quiet)
    status = project.read("status.json")["sources"]["2fa-directory"]
    assert (status["fetched"], status["changed"]) == ("2026-03-02T02:00:00Z", "2026-03-01")


def test_a_change(project, entries, entry):
    project.fetch(entries)
    entries[0] = entry("site000.example", "totp", "u2f")
    report = project.fetch([*entries, entry("new.example")], date="2026-03-02", now="2026-03-02T02:00:00Z")
    source = report.sources["2fa-directory"]
    assert (source.status, source.records) == ("updated", 151)
    assert source.events == {"added": 1, "methods_gained": 1}
    assert project.events() == [
        {"type": "added", "domain": "new.example", "name": "New", "methods": None, "date": "2026-03-02"},
        {
            "type": "methods_gained",
            "domain": "site000.example",
            "name": "Site000",
            "methods": ["u2f"],
            "date": "2026-03-02",
        },
    ]
    meta = project.read("2fa-directory.meta.json")
    assert (meta["first"], meta["changed"]) == ("2026-03-01", "2026-03-02")
    project.fetch(entries, date="2026-03-03")
    assert [event["type"] for event in project.events()] == ["added", "methods_gained", "removed"]


def test_conditional_request(make_project, server, answer, entries):
    project = make_project(directory=server.address)
    server.answers = [answer(body=dump(entries), headers={"ETag": '"one"'}), answer(status=304)]
    assert project.fetch().sources["2fa-directory"].status == "updated"
    before = project.files()
    report = project.fetch(now="2026-03-02T02:00:00Z").sources["2fa-directory"]
    assert (report.status, report.records, report.sha256) == (
        "unchanged",
        150,
        project.read("2fa-directory.meta.json")["sha256"],
    )
    assert [headers.get("if-none-match") for _, headers in server.requests] == [None, '"one"']
    assert without(project.files(), "status.json", *REPORTS) == without(before, "status.json", *REPORTS)
    project.fetch()
    assert server.requests[-1][1]["if-none-match"] == '"one"'


def test_nothing_is_asked_conditionally_that_was_not_confirmed(make_project, server, answer, entries):
    project = make_project(directory=server.address)
    server.answers = [answer(body=dump(entries), headers={"ETag": '"one"'})]
    project.fetch()
    # The tag of one address means nothing at another one.
    project.fetch(origin=f"http://127.0.0.1:{server.port}/other.json")
    assert "if-none-match" not in server.requests[-1][1]
    # And none of them means anything for a snapshot that someone has put there since.
    project.fetch()
    path = project.data / "2fa-directory.json"
    path.write_bytes(dump(entries[:100]))
    report = project.fetch()
    assert "if-none-match" not in server.requests[-1][1]
    assert (report.sources["2fa-directory"].status, report.sources["2fa-directory"].records) == ("updated", 150)


def test_file_and_address_are_the_same(make_project, server, answer, entries):
    project = make_project()
    server.answers = [answer(body=dump(entries))]
    project.fetch(origin=server.address)
    by_address = (project.data / "2fa-directory.json").read_bytes()
    assert project.fetch(entries).sources["2fa-directory"].status == "unchanged"
    assert (project.data / "2fa-directory.json").read_bytes() == by_address


# --- What is refused, and what does not answer ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "HTML, not JSON"),
        (b"[", "not valid JSON"),
        (b"[]", "no entries"),
        (b'{"error": "over quota"}', "over quota"),
        (b'["a"]', "entry 1"),
        (b"{}", "v3"),
    ],
)
def test_refused(make_project, server, answer, entries, body, reason):
    project = make_project(directory=server.address)
    server.answers = [answer(body=dump(entries)), answer(body=body)]
    project.fetch()
    before = project.files()
    report = project.fetch()
    source = report.sources["2fa-directory"]
    assert (report.exit_code, source.status, source.records) == (4, "refused", None)
    assert reason in source.reason
    assert source.sha256 == hash_bytes(body)
    assert without(project.files(), *REPORTS) == without(before, *REPORTS)
    assert project.read("reports/latest.json")["sources"]["2fa-directory"]["reason"] == source.reason


@pytest.mark.parametrize("status", [404, 500])
def test_bad_status(make_project, server, answer, entries, status):
    project = make_project(directory=server.address)
    server.answers = [answer(body=dump(entries)), answer(status=status)]
    project.fetch()
    before = project.files()
    report = project.fetch()
    assert report.exit_code == (4 if status == 404 else 3)
    assert without(project.files(), *REPORTS) == without(before, *REPORTS)


def test_unreachable_before_anything_was_fetched(project):
    report = project.fetch(origin="missing.json")
    assert (report.exit_code, report.sources["2fa-directory"].status) == (3, "unreachable")
    assert set(project.files()) == REPORTS


def test_source_without_address(project):
    report = project.fetch()
    assert report.exit_code == 3
    assert "sources.yaml names no address" in report.sources["2fa-directory"].reason


def test_one_source_does_not_stop_the_other(make_project, server, answer, entries):
    project = make_project(directory=server.address, passkeys=server.address)
    server.answers = [answer(body=b"[]"), answer(body=dump({"a.example": {"mfa": "allowed"}}))]
    report = project.fetch(sources=["2fa-directory", "passkeys"])
    assert [source.status for source in report.sources.values()] == ["refused", "updated"]
    assert report.exit_code == 4


def test_patience_is_for_the_run(make_project, server, answer):
    project = make_project(directory=server.address, passkeys=server.address)
    server.answers = [answer(before=server.hang)]
    with within(3):
        report = project.fetch(sources=["2fa-directory", "passkeys"], give_up_after=0.3)
    assert [source.status for source in report.sources.values()] == ["unreachable", "unreachable"]
    assert report.exit_code == 3


def test_damaged_record_with_and_without_predecessor(project, entries, entry):
    project.fetch(entries)
    before = project.files()
    broken = [["Site000", {**entries[0][1], "tfa": []}], *entries[1:]]
    report = project.fetch(broken)
    source = report.sources["2fa-directory"]
    assert (source.status, source.records) == ("unchanged", 150)
    assert "site000.example is damaged" in source.warnings[0]
    assert project.files()["2fa-directory.json"] == before["2fa-directory.json"]
    # The same file again still warns, though nothing of it is read.
    assert project.fetch(broken).sources["2fa-directory"].warnings == source.warnings
    newcomer = entry("new.example", keywords=["bank"], contact=None)
    report = project.fetch([*entries, newcomer])
    assert report.sources["2fa-directory"].events == {"added": 1}
    assert project.read("2fa-directory.json")[0] == [
        "New",
        {"domain": "new.example", "keywords": ["bank"], "damaged": True},
    ]


def test_too_many_damaged_records(project, entries):
    project.fetch(entries)
    before = project.files()
    for _, fields in entries[:2]:
        fields["tfa"] = []
    report = project.fetch(entries)
    assert report.exit_code == 4
    assert "2 of 150 records are damaged" in report.sources["2fa-directory"].reason
    assert len(report.sources["2fa-directory"].warnings) == 2
    assert without(project.files(), *REPORTS) == without(before, *REPORTS)


# --- Runs -------------------------------------------------------------------------------------------------------------


def test_dry_run_writes_nothing(project, entries, entry):
    report = project.fetch(entries, dry_run=True)
    assert report.sources["2fa-directory"].status == "updated"
    assert not project.data.exists()
    assert not project.settings.paths.work.exists()
    project.fetch(entries)
    before = project.files()
    report = project.fetch([*entries, entry("new.example")], dry_run=True)
    assert report.sources["2fa-directory"].events == {"added": 1}
    assert "nothing was written" in report.as_text()
    assert project.files() == before


def test_one_run_at_a_time(project, entries):
    with hold_lock(project.settings.paths.work / "fetch.lock", "fetch"), pytest.raises(BusyError):
        project.fetch(entries)
    assert not project.data.exists()
    assert project.fetch(entries).exit_code == 0


def test_disk_failure_leaves_all_as_it_was(project, entries, monkeypatch):
    project.fetch(entries)
    before = project.files()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(transaction, "_write", fail)
    report = project.fetch(entries[:-1])
    assert report.exit_code == 6
    assert "No space left" in report.sources["2fa-directory"].reason
    assert without(project.files(), *REPORTS) == without(before, *REPORTS)
    monkeypatch.setattr(store, "write_atomically", fail)
    with pytest.raises(PublishError):
        project.fetch(entries[:-1])


@pytest.mark.parametrize(
    ("named", "origin", "chosen"),
    [
        ([], None, ("2fa-directory", "passkeys")),
        ([], "all.json", ("2fa-directory",)),
        (["passkeys"], "all.json", ("passkeys",)),
        (["passkeys", "2fa-directory", "passkeys"], None, ("passkeys", "2fa-directory")),
    ],
)
def test_sources_of_a_command(named, origin, chosen):
    assert choose_sources(named, origin) == chosen


@pytest.mark.parametrize(
    ("named", "origin"), [(["2fa-directory", "passkeys"], "all.json"), (["sample"], None), (["x"], "all.json")]
)
def test_sources_of_no_use(project, named, origin):
    with pytest.raises(UsageError):
        project.fetch(sources=named, origin=origin)
    assert not project.data.exists()


# --- The ledger -------------------------------------------------------------------------------------------------------


def ledger_of(project):
    return parse_ledger((project.data / "ledger.json").read_bytes())


def test_what_was_published_enters_before_any_new_entry(project, entries, entry):
    project.fetch(entries)
    # Between two fetches an editor has added a service under the slug that a newcomer upstream would like as well.
    project.published = Published(
        services={"acme.example": ("acme", "Acme")},
        shares=frozenset({"site001.example"}),
        addresses=frozenset({"/faq/"}),
    )
    project.fetch([*entries, entry("acme.test", "totp")], date="2026-03-02")
    ledger = ledger_of(project)
    assert ledger.services["acme.example"].slug == "acme"
    assert ledger.services["acme.test"].slug == "acme-test"
    assert ledger.services["acme.example"].curated
    assert ledger.services["site001.example"].share
    assert ledger.addresses == {"/faq/"}


def test_an_unchanged_source_still_records_what_was_published(project, entries):
    project.fetch(entries)
    before = project.files()
    project.published = Published(addresses=frozenset({"/faq/"}))
    report = project.fetch(entries, now="2026-03-01T03:00:00Z")
    assert report.sources["2fa-directory"].status == "unchanged"
    assert ledger_of(project).addresses == {"/faq/"}
    changed = {name for name, file in project.files().items() if file != before[name]}
    assert changed == {"ledger.json", "status.json", *REPORTS}


def test_published_is_asked_with_old_and_new_records(project, entries, entry):
    asked = []

    def find_published(records, passkeys, ledger, _years):
        asked.append((len(records), len(passkeys), len(ledger.services)))
        return Published()

    project.fetch(entries, find_published=find_published)
    assert asked == [(150, 0, 150)]
    project.fetch([*entries, entry("new.example")], find_published=find_published)
    assert asked[1:] == [(150, 0, 150), (151, 0, 151)]
    project.fetch({"site001.example": {"mfa": "allowed"}}, source="passkeys", find_published=find_published)
    assert asked[3:] == [(151, 0, 151), (151, 1, 151)]


def test_removed_moved_and_returned(project, entries, entry):
    start = [*entries, entry("acme.example", "totp", name="Acme"), entry("gone.example", "sms", name="Gone")]
    project.fetch(start)
    moved = entry("acme.test", "totp", name="Acme")
    report = project.fetch([*entries, moved], date="2026-03-02")
    assert report.sources["2fa-directory"].events == {"removed": 1, "moved": 1}
    ledger = ledger_of(project)
    assert ledger.services["acme.test"].slug == "acme"
    assert ledger.find_owner("acme.example") == "acme.test"
    gone = ledger.services["gone.example"].gone
    assert gone is not None
    assert (gone.how, gone.date) == ("removed", "2026-03-02")
    assert gone.record == ("Gone", {"domain": "gone.example", "keywords": ["other"], "tfa": ["sms"]})
    project.fetch([*start, moved], date="2026-03-03")
    ledger = ledger_of(project)
    assert (ledger.services["acme.example"].slug, ledger.services["acme.test"].slug) == ("acme", "acme-test")
    assert all(ledger.services[domain].gone is None for domain in ("acme.example", "acme.test", "gone.example"))


# --- Passkeys ---------------------------------------------------------------------------------------------------------


def test_passkeys(project, entries):
    report = project.fetch({"a.example": {"mfa": "allowed"}, "b.example": {"contact": {}}}, source="passkeys")
    assert report.sources["passkeys"].records == 2
    # Without a snapshot of the directory, a build shows the sample: no ledger comes of that.
    assert set(project.files()) == {
        "passkeys.json",
        "passkeys.meta.json",
        "previous/passkeys.undo.json",
        "status.json",
        *REPORTS,
    }
    assert project.read("passkeys.meta.json")["counts"] == {"records": 2, "passwordless": 0, "mfa": 1}
    project.fetch(entries)
    report = project.fetch({"a.example": {"passwordless": "allowed"}, "c.example": {}}, source="passkeys")
    assert report.sources["passkeys"].events == {"added": 1, "removed": 1, "changed": 1}
    assert project.events() == []
    assert set(project.read("status.json")["sources"]) == {"2fa-directory", "passkeys"}


def test_empty_passkeys_are_refused(project):
    assert project.fetch({}, source="passkeys").exit_code == 4


# --- For people -------------------------------------------------------------------------------------------------------


def test_text(project, entries, entry):
    project.fetch([*entries, entry("old.example", "totp", name="One", img="x.svg")])
    text = project.fetch([*entries, entry("new.example", "telepathy", name="Two", img="x.svg")]).as_text()
    assert text.splitlines() == [
        "2fa-directory: updated, 151 records (1 added, 1 removed)",
        "  warning: unknown method telepathy: in 1 record, first new.example",
        (
            "  perhaps old.example (One) became new.example (Two): both have the same img; "
            "to confirm it, add to content/moves.yaml: old.example: new.example"
        ),
    ]
    text = project.fetch(origin="missing.json").as_text()
    assert text.splitlines() == [
        "2fa-directory: unreachable: missing.json can't be read (No such file or directory)",
        "  → name a file that exists and that you may read",
    ]


def test_long_lists_are_cut(project, entries):
    for number, (_, fields) in enumerate(entries):
        fields[f"key-{number}"] = 1
    text = project.fetch(entries).as_text()
    assert len(text.splitlines()) == 22
    assert text.endswith("and 130 warnings more (--json shows all)")


def test_worst_exit_code(project, entries):
    source = project.fetch(entries).sources["2fa-directory"]
    report = project.fetch(entries)
    for codes, worst in (((0, 0), 0), ((3, 0), 3), ((3, 4), 4), ((4, 6), 6), ((75, 3), 3), ((0, 75), 75)):
        sources = {str(index): replace(source, exit_code=code) for index, code in enumerate(codes)}
        assert replace(report, sources=sources).exit_code == worst
