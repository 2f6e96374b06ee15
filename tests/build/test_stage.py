"""Making a release: exactly its files, whatever the tree held that it is made from, and only at the cost of changes."""

from __future__ import annotations

import errno
import itertools
import os
import time
from typing import TYPE_CHECKING

import pytest

from generator.build import stage as staging
from generator.build.releases import places_of
from generator.build.stage import open_stage
from generator.build.trees import SIGN, find_tree_id
from generator.errors import PublishError
from tests.build.publishing import RELEASES, at_operation, forks, list_beside, run_forked
from tests.helpers import read_tree, stamp_tree

if TYPE_CHECKING:
    from pathlib import Path


def list_folders(tree: Path) -> set[str]:
    return {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_dir()}


def find_parents(names) -> set[str]:
    return {name[:end] for name in names for end, letter in enumerate(name) if letter == "/"}


@pytest.mark.parametrize("last", range(4))
@pytest.mark.parametrize("first", range(4))
def test_a_release_is_exactly_its_files(site, first, last):
    """After any series of four: the last one is made from the first one's tree."""
    places = places_of(site.out)
    for second, third in itertools.product(range(4), repeat=2):
        order = (first, second, third, last)
        for number in order:
            stamps = site.publish(RELEASES[number])
            found = {name: (site.out / name).stat() for name in RELEASES[number]}
            assert stamps == {name: (info.st_size, info.st_mtime_ns, info.st_ino) for name, info in found.items()}
        for number, tree in ((last, places.out), (third, places.previous), (second, places.spare)):
            assert read_tree(tree) == RELEASES[number], order
            assert list_folders(tree) == find_parents(RELEASES[number]), order
        assert list_beside(site.out) == [".site.next", ".site.previous", "site"]


def test_unchanged_files_are_one_file_in_all_trees(site):
    for release in RELEASES:
        site.publish(release)
    places = places_of(site.out)
    for name in ("kept/index.html", "kept/deep/er/index.html"):
        inodes = {(tree / name).stat().st_ino for tree in (places.out, places.previous, places.spare)}
        assert len(inodes) == 1
    assert (places.out / SIGN).stat().st_ino != (places.previous / SIGN).stat().st_ino
    assert (places.previous / SIGN).stat().st_ino == (places.spare / SIGN).stat().st_ino


def test_a_build_costs_what_has_changed(site):
    """With one of 300 files changed, less than 40 operations on the disk, whatever the size of the site."""
    files = {SIGN: b"x", **{f"page/{number}/index.html": b"x" for number in range(300)}}
    for letter in (b"a", b"b", b"c"):
        site.publish({**files, "page/7/index.html": letter})
    with at_operation(0, lambda: None) as done:
        site.publish({**files, "page/7/index.html": b"d"})
    assert "link" not in done
    assert "rmdir" not in done
    assert len(done) < 40, done


def test_a_tree_without_a_manifest_is_not_used(site):
    for release in RELEASES:
        site.publish(release)
    spare = places_of(site.out).spare
    (spare / "index.html").write_bytes(b"torn")
    (spare / "stranger" / "deep").mkdir(parents=True)
    site.publish(RELEASES[0])
    assert read_tree(site.out) == RELEASES[0]
    assert list_folders(site.out) == find_parents(RELEASES[0])


@pytest.mark.parametrize("kind", ["file", "link", "gone"])
def test_something_else_lies_where_the_stage_goes(site, kind):
    site.publish(RELEASES[0])
    spare = places_of(site.out).spare
    target = site.out.with_name("elsewhere")
    target.mkdir()
    (target / "index.html").write_bytes(b"mine")
    if kind == "file":
        spare.write_bytes(b"")
    elif kind == "link":
        spare.symlink_to(target)
    with open_stage(site.out, {"index.html": (1, 1, 1)} if kind == "gone" else None) as stage:
        site.finish(stage, {}, {name: stage.write(name, data) for name, data in RELEASES[1].items()})
    assert read_tree(site.out) == RELEASES[1]
    assert read_tree(target) == {"index.html": b"mine"}


@forks
@pytest.mark.parametrize("mask", [0, 0o022, 0o077, 0o777])
def test_a_web_server_may_read_it(site, mask):
    """Whatever the umask of the one who builds, in new and in recycled trees; for root no mode is a hindrance."""

    def build() -> None:
        os.umask(mask)
        for release in RELEASES:
            site.publish(release)

    (site.out.parent).chmod(0o777)
    assert run_forked(build) == 0
    for tree in (site.out, places_of(site.out).previous):
        for path in (tree, *tree.rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


@forks
@pytest.mark.parametrize("published", [0, 4])
def test_several_processes_write(site, published):
    for release in RELEASES[:published]:
        site.publish(release)
    files = {SIGN: b"x", **{f"p{n % 7}/{n % 5}/{n}.html": b"%d" % n for n in range(210)}}
    files |= {f"file/{n}/index.html": b"%d" % n for n in range(40)} | {f"folder/{n}": b"%d" % n for n in range(40)}
    names = list(files)
    with open_stage(site.out, site.load(places_of(site.out).spare)) as stage:
        children = []
        for share in range(4):
            child = os.fork()
            if child == 0:
                try:
                    for name in names[share::4]:
                        stage.write(name, files[name])
                    # Leaving the block in a child must not remove what the others write.
                    stage.abandon()
                    os._exit(0)
                finally:
                    os._exit(1)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]
        tree = places_of(site.out).spare
        found = {name: (tree / name).stat() for name in names}
        site.finish(stage, {}, {name: (i.st_size, i.st_mtime_ns, i.st_ino) for name, i in found.items()})
    assert read_tree(site.out) == files


def test_another_process_makes_a_folder_of_a_file_at_this_moment(site, monkeypatch):
    for release in (*RELEASES[:3], RELEASES[0]):
        site.publish({**release, "file": b"1"})
    tree = places_of(site.out).spare
    opened = os.open

    def open_late(path, *arguments, **options) -> int:
        if path == "file/index.html" and (tree / "file").is_file():
            (tree / "file").unlink()
        return opened(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", open_late)
        site.publish(RELEASES[3])
    assert read_tree(site.out) == RELEASES[3]


def test_a_kept_file_that_the_tree_has_under_another_stamp(site):
    for _ in range(4):
        site.publish(RELEASES[0])
    current, spare = site.load(site.out), site.load(places_of(site.out).spare)
    assert current == spare
    with open_stage(site.out, dict.fromkeys(spare, (1, 1, 1))) as stage:
        site.finish(stage, current, {})
    assert read_tree(site.out) == RELEASES[0]


def test_a_large_file_is_written_in_parts(site, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:1000]))
    files = {SIGN: b"x", "large": bytes(range(256)) * 40, "empty": b""}
    site.publish(files)
    assert read_tree(site.out) == files


# --- Files of the site that change under the build --------------------------------------------------------------------


@pytest.mark.parametrize("change", ["append", "replace", "touch", "remove", "link", "folder gone", "all gone"])
def test_a_kept_file_is_changed_during_the_build(site, change):
    site.publish(RELEASES[0])
    kept = site.out / "kept" / "deep" / "er" / "index.html"

    def interfere() -> None:
        if change == "append":
            with kept.open("ab") as file:
                file.write(b"!")
        elif change == "replace":
            kept.rename(kept.with_name("old"))
            kept.write_bytes(b"KEPT")
        elif change == "touch":
            os.utime(kept, ns=(7, 7))
        elif change == "remove":
            kept.unlink()
        elif change == "link":
            kept.rename(kept.with_name("old"))
            kept.symlink_to("old")
        elif change == "folder gone":
            kept.parent.rename(site.out / "kept" / "moved")
        else:
            site.out.rename(site.out.with_name("moved"))

    with pytest.raises(PublishError) as caught:
        site.publish(RELEASES[1], pause=interfere)
    if change != "all gone":
        assert "kept/deep/er/index.html was changed while the site was built" in str(caught.value)
        assert (site.out / "index.html").read_bytes() == b"1"
    assert ".site.next" not in list_beside(site.out)
    site.publish(RELEASES[1])
    assert {name: (site.out / name).read_bytes() for name in RELEASES[1]} == RELEASES[1]


def test_a_kept_file_at_the_top_is_removed_during_the_build(site):
    site.publish(RELEASES[0])
    with pytest.raises(PublishError, match="site/file was changed while the site was built"):
        site.publish(RELEASES[1], pause=(site.out / "file").unlink)
    site.publish(RELEASES[1])
    assert read_tree(site.out) == RELEASES[1]


def test_who_writes_into_the_site_harms_no_later_release(site):
    """Into files as they are, which have names in all trees; what doesn't fit the manifest is written anew."""
    for release in (*RELEASES, RELEASES[2]):
        site.publish(release)
    with (site.out / "kept" / "index.html").open("ab") as file:
        file.write(b"mine")
    for release in (*RELEASES, *RELEASES):
        site.publish(release)
        assert read_tree(site.out) == release


# --- File systems without hard links ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [errno.EPERM, errno.EMLINK, errno.ENOTSUP])
def test_where_files_can_not_be_linked_they_are_copied(site, monkeypatch, code):
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", fail)
    site.publish(RELEASES[0])
    first = (site.out / "kept" / "index.html").stat()
    time.sleep(0.02)
    for release in (*RELEASES[1:], *RELEASES):
        stamps = site.publish(release)
        assert read_tree(site.out) == release
        info = (site.out / "kept" / "index.html").stat()
        assert (info.st_mtime_ns, info.st_nlink) == (first.st_mtime_ns, 1)
        assert stamps["kept/index.html"] == (info.st_size, info.st_mtime_ns, info.st_ino)


def test_a_copied_file_is_changed_during_the_build(site, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", fail)
    site.publish(RELEASES[0])
    with pytest.raises(PublishError, match="was changed while"):
        site.publish(RELEASES[1], pause=lambda: (site.out / "kept" / "index.html").write_bytes(b"kept?"))


# --- Names that lie elsewhere -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/a/x", "a//x", "a/", "./x", "a/./x", "", "..", "a\0b"])
@pytest.mark.parametrize("published", [0, 4])
def test_nothing_is_written_outside_of_the_site(site, tmp_path, name, published):
    for release in RELEASES[:published]:
        site.publish(release)
    before = stamp_tree(tmp_path)
    with pytest.raises(PublishError, match="would lie outside of it"):
        site.publish({SIGN: b"x", name: b"x"})
    kept = stamp_tree(tmp_path)
    assert {place: stamp for place, stamp in before.items() if ".site.next" not in place} == kept


@pytest.mark.parametrize("name", ["../victim", "kept/../../victim"])
def test_nothing_is_removed_outside_of_the_site(site, name):
    """Whatever the manifest of the spare tree says."""
    for release in RELEASES[:3]:
        site.publish(release)
    victim = site.out.parent / "victim"
    victim.write_text("years of work")
    spare = {**site.load(places_of(site.out).spare), name: (1, 1, 1)}
    with open_stage(site.out, spare) as stage, pytest.raises(PublishError, match="would lie outside of it"):
        stage.complete(site.load(site.out), {})
    assert victim.read_text() == "years of work"


# --- On the disk ------------------------------------------------------------------------------------------------------


def test_few_changes_are_synced_one_by_one(site, monkeypatch):
    """Every new file, and every folder that has got or lost a name."""
    for release in RELEASES[:3]:
        site.publish(release)
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_ino))
    monkeypatch.setattr(staging, "sync_filesystem", lambda _: pytest.fail("not for so few"))
    files = {**RELEASES[2], "index.html": b"!", "kept/new/index.html": b"!"}
    site.publish(files)
    names = (".", "..", "index.html", "kept", "kept/new", "kept/new/index.html")
    assert {(site.out / name).stat().st_ino for name in names} <= set(synced)


def test_many_changes_are_synced_together(site, monkeypatch):
    synced: list[int] = []
    monkeypatch.setattr(staging, "sync_filesystem", lambda root: synced.append(os.fstat(root).st_ino))
    site.publish({SIGN: b"x", **{f"{number}": b"x" for number in range(50)}})
    assert synced == [site.out.stat().st_ino]


# --- Left before the switch -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("published", [0, 1, 4])
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_a_stage_that_is_left_is_removed(site, published, error):
    for release in RELEASES[:published]:
        site.publish(release)
    before = stamp_tree(site.out)
    known = find_tree_id(site.out)

    def stop() -> None:
        raise error

    with pytest.raises(error):
        site.publish({SIGN: b"5"}, pause=stop)
    assert stamp_tree(site.out) == before
    assert find_tree_id(site.out) == known
    assert list_beside(site.out) == [".site.previous", "site"][2 - min(published, 2) :]
    site.publish({SIGN: b"5"})
    assert read_tree(site.out) == {SIGN: b"5"}
