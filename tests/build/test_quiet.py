"""A night on which nothing changed but the time of the fetch: one file of the site is replaced, and only that."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.helpers import stamp_tree

if TYPE_CHECKING:
    from tests.helpers import Project

STATUS = "api/v1/status.json"


def note_fetch(project: Project, time: str, *, changed: str = "2026-01-05") -> None:
    """Write what a fetch keeps of its time."""
    sources = {source: {"fetched": time, "changed": changed} for source in ("2fa-directory", "passkeys")}
    project.write("data/status.json", json.dumps({"sources": sources}))


@pytest.fixture
def built(tiny: Project) -> Project:
    note_fetch(tiny, "2026-03-01T02:00:00+00:00")
    assert tiny.build().code == 0
    return tiny


def find_written(project: Project, *arguments: str) -> set[str]:
    before = stamp_tree(project.site)
    outcome = project.build(*arguments)
    assert outcome.code == 0, outcome.err
    after = stamp_tree(project.site)
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_what_is_published(built):
    assert json.loads(built.read(f"site/{STATUS}")) == {
        "max_age_hours": 48,
        "sources": {
            "2fa-directory": {
                "name": "First Source", "fetched": "2026-03-01T02:00:00+00:00", "changed": "2026-01-05"
            },
            "passkeys": {"name": "Second Source", "fetched": "2026-03-01T02:00:00+00:00", "changed": "2026-01-05"},
        },
    }  # fmt: skip


def test_before_anything_was_fetched(tiny):
    tiny.forget_snapshot()
    assert tiny.build().code == 0
    sources = json.loads(tiny.read(f"site/{STATUS}"))["sources"]
    assert sources == {"sample": {"name": "Tiny sample", "fetched": None, "changed": None}}


def test_only_the_status_is_written(built):
    note_fetch(built, "2026-03-02T02:00:00+00:00")
    assert find_written(built) == {STATUS}
    assert "2026-03-02T02:00:00+00:00" in built.read(f"site/{STATUS}")
    assert find_written(built) == set()
    # The same bytes as those of a clean build.
    renewed = built.read(f"site/{STATUS}")
    assert built.build("--clean").code == 0
    assert built.read(f"site/{STATUS}") == renewed


def test_whatever_else_differs_is_built(built):
    note_fetch(built, "2026-03-02T02:00:00+00:00")
    built.write("content/faq.yaml", built.read("content/faq.yaml").replace("A second proof", "Another proof"))
    assert find_written(built) == {STATUS, "faq/index.html"}
    note_fetch(built, "2026-03-03T02:00:00+00:00")
    (built.site / "faq/index.html").unlink()
    assert find_written(built) == {STATUS, "faq/index.html"}
    note_fetch(built, "2026-03-04T02:00:00+00:00")
    built.write(f"site/{STATUS}", "spoiled")
    assert find_written(built) == {STATUS}
    assert "2026-03-04T02:00:00+00:00" in built.read(f"site/{STATUS}")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sources": [1]}'])
def test_damaged(built, text):
    before = stamp_tree(built.site)
    built.write("data/status.json", text)
    outcome = built.build()
    assert outcome.code == 5
    assert "data/status.json is damaged" in outcome.err
    assert stamp_tree(built.site) == before


def test_a_folder_that_nobody_may_write(built, monkeypatch):
    note_fetch(built, "2026-03-02T02:00:00+00:00")
    before = stamp_tree(built.site)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    outcome = built.build()
    assert outcome.code == 6
    assert "No space left" in outcome.err
    assert stamp_tree(built.site) == before


def test_limit_and_names_are_settings(built):
    built.write("content/site.yaml", built.read("content/site.yaml") + "limits: {source_max_age_hours: 7}\n")
    assert STATUS in find_written(built)
    assert json.loads(built.read(f"site/{STATUS}"))["max_age_hours"] == 7
