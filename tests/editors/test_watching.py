"""What is watched, what is told of it and when; and what a build must not take for unchanged."""

from __future__ import annotations

import errno
import os
import shutil
import time
from queue import Queue
from typing import TYPE_CHECKING, Any

import pytest
import watchfiles

from generator.build.live import LiveMemory
from generator.build.pipeline import build
from generator.build.site import Order
from generator.config import Paths
from generator.editors.preview import watching
from generator.editors.preview.watching import Watch, find_folders, find_name
from generator.project import is_dropping
from tests.helpers import CHECKOUT, TODAY, within

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 30


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("content/services", "content/.git", "data/sample", "data/reports", "templates/static", "site/faq"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "content/services/a.yaml").touch()
    return tmp_path


class Told:
    """A watch and what it reports: names, and what a build that begins with the report would read of one file."""

    def __init__(self, root: Path) -> None:
        self._last = root / "content/services/last.yaml"
        self._found: Queue[tuple[frozenset[str], str]] = Queue()
        self.watch = Watch(root, lambda names: self._found.put((names, self._read())), self._fail)
        assert self.hear() == frozenset()

    def _read(self) -> str:
        try:
            return self._last.read_text()
        except OSError:
            return ""

    def _fail(self, error: Exception) -> None:
        self._found.put((frozenset([str(error)]), ""))

    def hear(self) -> frozenset[str]:
        return self._found.get(timeout=PATIENCE)[0]

    def hear_of(self, *names: str) -> frozenset[str]:
        """Take reports until all of these names were in one; return all names that were."""
        heard = frozenset[str]()
        while not heard >= {*names}:
            heard |= self.hear()
        return heard

    def hear_the_last(self, text: str) -> None:
        """Write a file, and take reports until one comes that finds it written."""
        self._last.write_text(text)
        while self._found.get(timeout=PATIENCE)[1] != text:
            pass


@pytest.fixture
def told(root: Path) -> Iterator[Told]:
    found = Told(root)
    yield found
    found.watch.close()


def test_only_folders_that_a_build_reads_are_watched(root):
    found = {folder.removeprefix(str(root)) for folder in find_folders(root)}
    assert {folder for folder in found if not folder.startswith(str(CHECKOUT))} == {
        "",
        "/content",
        "/content/services",
        "/data",
        "/data/sample",
        "/templates",
        "/templates/static",
    }
    assert f"{CHECKOUT}/generator/build" in found
    assert not [folder for folder in found if "__pycache__" in folder]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/project/content/services/a.yaml", "content/services/a.yaml"),
        ("/project/content", "content"),
        ("/project/templates/static/style.css", "templates/static/style.css"),
        ("/project/data/2fa-directory.json", "data/2fa-directory.json"),
        ("/project/data/sample/ledger.json", "data/sample/ledger.json"),
        ("/project/data/status.json", "data/status.json"),
        ("/project/data/previous/ledger.json", None),
        ("/project/data/.pending", None),
        ("/project/data/reports/latest.json", None),
        ("/project/site", None),
        ("/project/.twofa", None),
        ("/project/content/services/.a.yaml.swp", None),
        (f"{CHECKOUT}/generator/cli.py", "generator/cli.py"),
        (f"{CHECKOUT}/generator/build/__pycache__", None),
    ],
)
def test_names_are_those_of_a_build(tmp_path, path, name):
    root = tmp_path / "project"
    assert find_name(root, path.replace("/project", str(root), 1)) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alpha.yaml", False),
        ("style.css", False),
        ("49130", False),
        (".alpha.yaml.swp", True),
        ("alpha.yaml.swp", True),
        ("4913", True),
        ("alpha.yaml~", True),
        ("#alpha.yaml#", True),
        (".#alpha.yaml", True),
        ("alpha.yaml.tmp", True),
        ("alpha.yaml___jb_tmp___", True),
    ],
)
def test_what_editors_leave_for_themselves(name, expected):
    assert is_dropping(name) is expected


def test_a_file_that_changes_comes_and_goes(root, told):
    one, other = root / "content/services/a.yaml", root / "content/services/b.yaml"
    one.write_text("x")
    assert told.hear_of("content/services/a.yaml") == {"content/services/a.yaml"}
    other.write_text("x")
    told.hear_of("content/services/b.yaml")
    other.rename(one)
    told.hear_of("content/services/a.yaml", "content/services/b.yaml")
    one.unlink()
    told.hear_of("content/services/a.yaml")


def test_what_no_build_reads_is_not_told(root, told):
    (root / "content/services/.a.yaml.swp").write_text("x")
    (root / "data/reports/latest.txt").write_text("x")
    (root / "site/faq/index.html").write_text("x")
    (root / "site").rename(root / ".site.previous")
    (root / "content/services/a.yaml").write_text("x")
    assert told.hear_of("content/services/a.yaml") == {"content/services/a.yaml"}


def test_a_file_that_is_put_aside_and_written_anew_was_never_away(root, monkeypatch):
    monkeypatch.setattr(watching, "_AWAY", PATIENCE)
    guide = root / "content/services/a.yaml"
    was_there: Queue[bool] = Queue()
    watch = Watch(root, lambda _: was_there.put(guide.exists()), lambda _: was_there.put(False))
    assert was_there.get(timeout=PATIENCE)
    guide.rename(guide.with_name("a.yaml~"))
    with within(PATIENCE):
        while not watch._waiting and was_there.empty():
            time.sleep(0.001)
    guide.write_text("x")
    assert was_there.get(timeout=PATIENCE)
    watch.close()


def test_nothing_is_missed_in_folders_that_go_and_come_again(root, told):
    for number in range(10):
        shutil.rmtree(root / "content")
        (root / "content/services").mkdir(parents=True)
        told.hear_the_last(f"as it went and came {number}")
        told.hear_the_last(f"afterwards {number}")


def test_nothing_is_missed_in_a_new_folder(root, told):
    for number in range(5):
        folder = root / f"templates/new{number}/below"
        folder.mkdir(parents=True)
        told.hear_of(f"templates/new{number}")
        (folder / "a.html").write_text("x")
        told.hear_the_last(f"first {number}")
        (folder / "a.html").write_text("y")
        told.hear_of(f"templates/new{number}/below/a.html")


def test_a_folder_that_comes_just_before_the_others_are_watched(root, monkeypatch):
    watch = watchfiles.watch

    def hesitate(*folders, **options):
        (root / "templates/late").mkdir(exist_ok=True)
        return watch(*folders, **options)

    monkeypatch.setattr(watchfiles, "watch", hesitate)
    told = Told(root)
    (root / "templates/late/a.html").write_text("x")
    told.hear_of("templates/late/a.html")
    told.watch.close()


def test_nothing_can_be_watched(root, monkeypatch):
    def refuse(*_arguments, **_options):
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(watchfiles, "watch", refuse)
    failed: Queue[Any] = Queue()
    watch = Watch(root, lambda _: None, failed.put)
    watch.wait()
    assert failed.get(timeout=PATIENCE).errno == errno.ENOSPC
    watch.close()


def test_a_folder_whose_name_is_no_text(root):
    failed: Queue[Any] = Queue()
    os.mkdir(os.fsencode(root / "content") + b"/\xff")  # noqa: PTH102 (no text, so no Path)
    watch = Watch(root, lambda _: None, failed.put)
    watch.wait()
    assert isinstance(failed.get(timeout=PATIENCE), UnicodeError)
    watch.close()


def test_the_project_itself_goes_away(root):
    failed: Queue[Any] = Queue()
    watch = Watch(root, lambda _: None, failed.put)
    watch.wait()
    shutil.rmtree(root)
    assert failed.get(timeout=PATIENCE).errno == errno.ENOTDIR
    watch.close()


# --- What a build must not take for unchanged -------------------------------------------------------------------------


def test_a_file_that_was_saved_twice_while_a_build_was_reading(tiny):
    """The build saw the first content, then read the second; by now the file holds the first again."""
    guide = "domain: alpha.example\nsetup: {{source: https://alpha.example/help, steps: [{}]}}\n"
    page = tiny.site / "2fa-directory/alpha/index.html"
    memory = LiveMemory(Paths(root=tiny.root))
    order = Order(root=tiny.root, out=tiny.site, memory=memory, today=TODAY, latest=TODAY)
    tiny.write_curated("alpha", guide.format("Zero"))
    build(order)

    tiny.write_curated("alpha", guide.format("First"))
    seen = memory.look(order.out)
    tiny.write_curated("alpha", guide.format("Second"))
    build(order, seen)
    assert "Second" in page.read_text()

    tiny.write_curated("alpha", guide.format("First"))
    memory.doubt(["content/services/alpha.yaml"])
    build(order)
    assert "First" in page.read_text()
