"""A program that builds again and again: what it does in an idle moment, the first save need not do."""

from __future__ import annotations

import shutil

from generator.build import memory as remembered
from generator.build.live import LiveMemory
from generator.build.site import Order
from generator.config import Paths
from generator.editors.preview.rebuilding import Rebuilder
from tests.helpers import TODAY

GUIDE = "domain: alpha.example\nsetup: {{source: https://alpha.example/help, steps: [{}]}}\n"


def refuse(*_: object) -> None:
    message = "this was to be read in the idle moment"
    raise AssertionError(message)


def test_the_first_save_finds_everything_read(tiny, monkeypatch):
    tiny.write_curated("alpha", GUIDE.format("First"))
    assert tiny.build().code == 0
    memory = LiveMemory(Paths(root=tiny.root))
    order = Order(root=tiny.root, out=tiny.site, memory=memory, today=TODAY, latest=TODAY)
    rebuilder = Rebuilder(lambda: order, memory)
    assert rebuilder.rebuild(()).report
    rebuilder.prepare()

    for name in ("load_baseline", "parse_brief", "load_cache", "compile_all"):
        monkeypatch.setattr(remembered, name, refuse)
    tiny.write_curated("alpha", GUIDE.format("Second"))
    outcome = rebuilder.rebuild(["content/services/alpha.yaml"])
    assert outcome.report, outcome
    assert "Second" in (tiny.site / "2fa-directory/alpha/index.html").read_text()


def test_an_idle_moment_in_a_broken_project_is_no_error(tiny):
    assert tiny.build().code == 0
    memory = LiveMemory(Paths(root=tiny.root))
    order = Order(root=tiny.root, out=tiny.site, memory=memory, today=TODAY, latest=TODAY)
    rebuilder = Rebuilder(lambda: order, memory)
    (tiny.root / "content/site.yaml").write_text("title: [")
    assert rebuilder.rebuild(["content/site.yaml"]).report is None
    rebuilder.prepare()
    assert rebuilder.last.problems


def test_a_project_that_was_removed_is_not_put_back(tiny):
    """Or whoever removes it is told that a folder is not empty, and finds it there again."""
    memory = LiveMemory(Paths(root=tiny.root))
    order = Order(root=tiny.root, out=tiny.site, memory=memory, today=TODAY, latest=TODAY)
    rebuilder = Rebuilder(lambda: order, memory)
    assert rebuilder.rebuild(()).report, "what this leaves to be written down is not on disk yet"
    shutil.rmtree(tiny.root)
    outcome = rebuilder.rebuild(["content", "content/site.yaml"])
    assert outcome.report is None
    assert "it has no content/site.yaml" in outcome.message
    rebuilder.prepare()
    rebuilder.flush()
    assert not tiny.root.exists()
