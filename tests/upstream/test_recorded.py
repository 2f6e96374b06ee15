"""The ledger learns what editors publish, also on nights on which no source has changed."""

import json

from generator.formats.ledger_file import parse_ledger
from generator.upstream import refresh as refreshing
from tests.helpers import ENTRIES

OWN = "domain: own.example\nname: Own\ncategories: [cloud]\nmethods: [totp]\n"


def fetch(project, day):
    served = project.root / "served.json"
    served.write_text(json.dumps(list(ENTRIES.values())))
    outcome = project.run("fetch", "--from", served, "--date", day)
    assert outcome.code == 0
    return outcome


def read_rows(project):
    return parse_ledger(project.read("data/ledger.json")).services


def test_content_that_changed_is_recorded_though_no_source_did(tiny):
    fetch(tiny, "2026-03-01")
    fetch(tiny, "2026-03-02")
    tiny.write_curated("own", OWN)
    assert "unchanged" in fetch(tiny, "2026-03-03").out
    assert read_rows(tiny)["own.example"].since == "2026-03-03"
    tiny.write_curated("own", OWN.replace("own.example", "own.example.org"))
    fetch(tiny, "2026-03-04")
    assert read_rows(tiny)["own.example.org"].since == "2026-03-04"


def test_a_move_is_recorded_though_no_source_changed(tiny):
    fetch(tiny, "2026-03-01")
    before = tiny.read("data/ledger.json")
    tiny.write("content/moves.yaml", "alpha.example: bravo.example\n")
    fetch(tiny, "2026-03-02")
    assert tiny.read("data/ledger.json") == before  # it is still listed


def test_what_changes_while_a_fetch_runs_is_recorded_by_the_next(tiny, monkeypatch):
    fetch(tiny, "2026-03-01")

    refresh = refreshing.fetch

    def edit_meanwhile(*arguments, **options):
        report = refresh(*arguments, **options)
        tiny.write_curated("own", OWN)
        return report

    monkeypatch.setattr(refreshing, "fetch", edit_meanwhile)
    fetch(tiny, "2026-03-02")
    monkeypatch.undo()
    assert "own.example" not in read_rows(tiny)
    fetch(tiny, "2026-03-03")
    assert read_rows(tiny)["own.example"].since == "2026-03-03"
