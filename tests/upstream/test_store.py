"""What is kept is loaded as it was saved; what is damaged is named with the way to mend it."""

import json

import pytest

from generator.errors import BusyError, InvalidError
from generator.lock import hold_lock
from generator.upstream import store
from generator.upstream.state import State
from generator.upstream.transaction import PENDING


@pytest.fixture
def filled(project, entries):
    assert project.fetch(entries).exit_code == 0
    assert project.fetch({"site001.example": {"mfa": "allowed"}}, source="passkeys").exit_code == 0
    changed = [*entries[:-1], ["Other", {"domain": "other.example", "keywords": ["other"], "tfa": ["totp"]}]]
    assert project.fetch(changed).exit_code == 0
    return project


def test_nothing_yet(project):
    assert store.load(project.settings.paths) == State()


def test_round_trip(filled):
    paths = filled.settings.paths
    state = store.load(paths)
    assert set(state.snapshots) == {"2fa-directory", "passkeys"}
    assert all(snapshot.is_trusted for snapshot in state.snapshots.values())
    assert state.find_confirmed("2fa-directory") == state.status["2fa-directory"]
    before = filled.files()
    store.save(paths, State(), state)
    assert filled.files() == before


@pytest.mark.parametrize(
    "name",
    [
        "2fa-directory.json",
        "2fa-directory.meta.json",
        "passkeys.json",
        "passkeys.meta.json",
        "ledger.json",
        "events.jsonl",
        "status.json",
    ],
)
@pytest.mark.parametrize("content", [b"[", b"[1]", b'{"a": 1}', b"\xff", b"7"])
def test_damaged_files(filled, name, content):
    (filled.data / name).write_bytes(content)
    before = filled.files()
    with pytest.raises(InvalidError) as caught:
        filled.fetch([])
    assert caught.value.exit_code == 5
    assert f"data/{name} is damaged" in caught.value.message
    assert "git checkout" in caught.value.fix
    (problem,) = caught.value.problems
    assert problem.path == f"data/{name}"
    assert filled.files() == before


def test_edited_snapshot_is_judged_again(filled, entries):
    path = filled.data / "2fa-directory.json"
    records = json.loads(path.read_bytes())
    records[0][1]["tfa"] = ["sms"]
    path.write_text(json.dumps(records))
    state = store.load(filled.settings.paths)
    assert not state.snapshots["2fa-directory"].is_trusted
    assert state.find_confirmed("2fa-directory") is None
    records[0][1]["tfa"] = "sms"
    path.write_text(json.dumps(records))
    with pytest.raises(InvalidError, match="record 1: tfa"):
        store.load(filled.settings.paths)
    path.write_text(json.dumps([records[1], records[1]]))
    with pytest.raises(InvalidError, match="twice"):
        store.load(filled.settings.paths)


def test_snapshot_without_ledger(filled):
    (filled.data / "ledger.json").unlink()
    with pytest.raises(InvalidError, match=r"ledger\.json is damaged \(it is missing\)"):
        store.load(filled.settings.paths)


def test_snapshot_without_metadata_is_replaced(filled, entries):
    (filled.data / "2fa-directory.meta.json").unlink()
    report = filled.fetch(entries, date="2026-03-09").sources["2fa-directory"]
    assert report.status == "updated"
    assert filled.read("2fa-directory.meta.json")["first"] == "2026-03-09"


def leave_pending(project, *, complete):
    """Leave what a fetch killed between its writes leaves."""
    new = project.data / PENDING / "new"
    new.mkdir(parents=True)
    (new / "ledger.json").write_bytes(b'{"format": 1, "addresses": ["/late/"], "services": {}}')
    if complete:
        (project.data / PENDING / "complete").touch()


@pytest.mark.parametrize("complete", [True, False])
def test_recover(filled, complete):
    leave_pending(filled, complete=complete)
    before = {name: file for name, file in filled.files().items() if not name.startswith(PENDING)}
    store.recover(filled.settings.paths)
    after = filled.files()
    if complete:
        assert filled.read("ledger.json")["addresses"] == ["/late/"]
        del before["ledger.json"], after["ledger.json"]
    assert after == before


@pytest.mark.parametrize("complete", [True, False])
def test_next_fetch_recovers(filled, entries, complete):
    leave_pending(filled, complete=complete)
    filled.fetch(entries)
    assert ("/late/" in filled.read("ledger.json")["addresses"]) == complete
    assert not (filled.data / PENDING).exists()


def test_recover_while_a_fetch_runs(filled):
    lock = filled.settings.paths.work / "fetch.lock"
    with hold_lock(lock, "fetch"):
        store.recover(filled.settings.paths)
        leave_pending(filled, complete=False)
        with pytest.raises(BusyError):
            store.recover(filled.settings.paths)
    assert (filled.data / PENDING).exists()
