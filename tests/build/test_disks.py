"""Disks that are full, read-only or gone, with real file systems: one clear error, and the old site as it was."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess

import pytest

from generator.build.releases import places_of
from generator.build.switch import rollback
from generator.build.trees import SIGN
from generator.errors import PublishError
from tests.build.publishing import RELEASES, Site, forks, list_beside, make_site, run_forked
from tests.helpers import read_tree, stamp_tree


@pytest.fixture
def disk(tmp_path):
    """A file system of its own, of 256 KB and 100 files."""
    mount = tmp_path / "disk"
    mount.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k,nr_inodes=100", "none", mount],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        pytest.skip(f"only who may mount can test it: {done.stderr.strip()}")
    yield mount
    subprocess.run(["umount", "--lazy", mount], check=True)


@pytest.fixture
def small(disk, tmp_path):
    """A site on that disk, published before; its manifests lie elsewhere."""
    site = Site(out=disk / "site", manifests=tmp_path / "manifests")
    site.manifests.mkdir()
    for release in RELEASES:
        site.publish(release)
    return site


@pytest.mark.parametrize(
    "files",
    [{SIGN: b"x", "large": b"x" * 400_000}, {SIGN: b"x", **{f"{number}": b"x" * 40_000 for number in range(12)}}],
    ids=["one file", "many files"],
)
def test_a_full_disk(small, files):
    before = stamp_tree(small.out)
    with pytest.raises(PublishError, match="No space left on device") as caught:
        small.publish(files)
    assert str(caught.value).startswith(f"{small.out} could not be written")
    assert "the old site is as it was" in str(caught.value)
    assert stamp_tree(small.out) == before
    assert list_beside(small.out) == [".site.previous", "site"]
    small.publish(RELEASES[0])
    assert read_tree(small.out) == RELEASES[0]


def test_a_disk_without_room_for_folders(small):
    """All that is left to do is to link kept files, in a stage that begins empty."""
    before = stamp_tree(small.out)
    shutil.rmtree(places_of(small.out).spare)
    fillers = [small.out.with_name(f"filler{number}") for number in range(200)]

    def fill() -> None:
        with contextlib.suppress(OSError):
            for filler in fillers:
                filler.touch()

    with pytest.raises(PublishError, match="No space left on device"):
        small.publish({**RELEASES[-1], "later/index.html": b"changed"}, pause=fill)
    assert stamp_tree(small.out) == before
    for filler in fillers:
        filler.unlink(missing_ok=True)
    small.publish(RELEASES[0])
    assert read_tree(small.out) == RELEASES[0]


def test_a_full_disk_can_go_back(small):
    before = read_tree(places_of(small.out).previous)
    with contextlib.suppress(OSError):
        small.out.with_name("filler").write_bytes(b"x" * 400_000)
    rollback(small.out)
    assert read_tree(small.out) == before


@pytest.mark.parametrize("moment", ["before", "during"])
def test_a_disk_that_is_read_only(small, moment):
    before = stamp_tree(small.out)

    def remount(mode: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{mode}", small.out.parent], check=True)

    if moment == "before":
        remount("ro")
    with pytest.raises(PublishError, match="Read-only file system"):
        small.publish(RELEASES[0], pause=lambda: remount("ro"))
    with pytest.raises(PublishError, match="Read-only file system"):
        rollback(small.out)
    remount("rw")
    assert stamp_tree(small.out) == before
    small.publish(RELEASES[0])
    assert read_tree(small.out) == RELEASES[0]
    assert set(list_beside(small.out)) <= {".site.next", ".site.previous", "site"}


@forks
def test_a_folder_of_somebody_else(memory):
    """As a user who is not root and may read the site, but write nothing."""
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    memory.chmod(0o755)
    site = make_site(memory / "place")
    for release in RELEASES:
        site.publish(release)
    before = stamp_tree(site.out)

    def build_as_nobody() -> None:
        os.setgid(65534)
        os.setuid(65534)
        for act in (lambda: site.publish(RELEASES[0]), lambda: rollback(site.out)):
            with pytest.raises(PublishError, match=r"Permission denied|Operation not permitted"):
                act()

    assert run_forked(build_as_nobody) == 0
    assert stamp_tree(site.out) == before


@pytest.mark.parametrize("published", [0, 1, 4])
def test_a_folder_that_vanishes_during_the_build(site, published):
    for release in RELEASES[:published]:
        site.publish(release)
    with pytest.raises(PublishError, match=r"No such file or directory|was changed while"):
        site.publish(RELEASES[0], pause=lambda: shutil.rmtree(site.out.parent))
    assert not site.out.exists()
    site.publish(RELEASES[1])
    assert read_tree(site.out) == RELEASES[1]


def test_a_place_that_can_not_be_written(site):
    site.out.parent.joinpath("file").write_text("here")
    for name in ("file/site", "x" * 300, "x" * 300 + "/site", "x" * 250):
        with pytest.raises(PublishError):
            Site(out=site.out.parent / name, manifests=site.manifests).publish(RELEASES[0])
    assert list_beside(site.out) == ["file"]
