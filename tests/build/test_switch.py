"""Putting a release in place and back: all or nothing, whatever fails, is interrupted or killed, and when."""

from __future__ import annotations

import errno
import itertools
import os

import pytest

from generator.build import switch as switching
from generator.build.releases import places_of, recover
from generator.build.switch import rollback
from generator.build.trees import SIGN, find_tree_id
from generator.errors import PublishError, UsageError
from tests.build.publishing import (
    RELEASES,
    Site,
    at_operation,
    forks,
    kill_self,
    list_beside,
    make_site,
    no_exchange,
    run_forked,
)
from tests.helpers import read_tree, stamp_tree, within

#: How many releases there are already (none, one, all that are kept), and whether the system can exchange two.
CASES = pytest.mark.parametrize(
    ("published", "swaps"),
    [(0, True), (1, True), (3, True), (1, False), (3, False)],
    ids=["first", "second", "fourth", "second by renames", "fourth by renames"],
)
SWAPS = pytest.mark.parametrize("swaps", [True, False], ids=["exchange", "renames"])


def make_published(folder, count: int) -> Site:
    site = make_site(folder)
    for release in RELEASES[:count]:
        site.publish(release)
    return site


def choose(operations: list[tuple[int, str]], is_thorough: bool) -> list[tuple[int, str]]:
    """Return all operations, or by default every fourth and the last one."""
    return operations if is_thorough else [*operations[:-1:4], operations[-1]]


def count_operations(folder, published: int, swaps: bool) -> list[str]:
    site = make_published(folder, published)
    with at_operation(0, lambda: None, swaps=swaps) as done:
        site.publish(RELEASES[published])
    assert read_tree(site.out) == RELEASES[published]
    return done


@SWAPS
def test_releases_move_on(site, monkeypatch, swaps):
    if not swaps:
        monkeypatch.setattr(switching, "exchange", no_exchange)
    places = places_of(site.out)
    for number, release in enumerate(RELEASES):
        site.publish(release)
        for age, tree in enumerate((places.out, places.previous, places.spare)):
            assert read_tree(tree) == (RELEASES[number - age] if number >= age else {})
    assert list_beside(site.out) == [".site.next", ".site.previous", "site"]


@SWAPS
def test_an_empty_folder_is_no_release(site, monkeypatch, swaps):
    if not swaps:
        monkeypatch.setattr(switching, "exchange", no_exchange)
    site.out.mkdir()
    site.publish(RELEASES[0])
    assert read_tree(site.out) == RELEASES[0]
    assert list_beside(site.out) == ["site"]


def test_folders_above_are_made(site, tmp_path):
    deep = Site(out=tmp_path / "a" / "b" / "site", manifests=site.manifests)
    deep.publish(RELEASES[0])
    assert read_tree(deep.out) == RELEASES[0]


def test_who_has_removed_the_site_keeps_the_release_before_it(site):
    for release in RELEASES[:2]:
        site.publish(release)
    site.out.rename(site.out.with_name("elsewhere"))
    site.publish(RELEASES[2])
    assert read_tree(site.out) == RELEASES[2]
    assert read_tree(places_of(site.out).previous) == RELEASES[0]


# --- Failures ---------------------------------------------------------------------------------------------------------


def fail(code: int = errno.EIO) -> None:
    raise OSError(code, os.strerror(code))


def interrupt() -> None:
    raise KeyboardInterrupt


@CASES
@pytest.mark.parametrize("stop", ["fails", "is interrupted"])
def test_an_operation_stops_and_the_old_site_stays(memory, published, swaps, stop, is_thorough):
    """Each one of the operations on the disk in turn."""
    operations = count_operations(memory / "whole", published, swaps)
    act, expected = (fail, PublishError) if stop == "fails" else (interrupt, KeyboardInterrupt)
    assert operations[0] == "mkdir", "of a folder that is there, which may fail in any way"
    for number, name in choose(list(enumerate(operations, 1))[1:], is_thorough):
        site = make_published(memory / str(number), published)
        before, known = stamp_tree(site.out), find_tree_id(site.out)
        with (
            at_operation(number, act, after=stop == "is interrupted", swaps=swaps) as done,
            pytest.raises(expected) as caught,
        ):
            site.publish(RELEASES[published])
        place = f"{name}, number {number}"
        assert len(done) >= number
        if expected is PublishError:
            assert str(caught.value).count("\n") == 0
            assert os.strerror(errno.EIO) in str(caught.value)
        assert stamp_tree(site.out) == before, place
        assert find_tree_id(site.out) == known, place
        check_next_build(site, published, place)


@CASES
def test_the_disk_dies_and_a_whole_site_stays(memory, published, swaps, is_thorough):
    """From each one of the operations on, nothing succeeds any more, so nothing can be undone either."""
    operations = count_operations(memory / "whole", published, swaps)
    for number, name in choose(list(enumerate(operations, 1)), is_thorough):
        site = make_published(memory / str(number), published)
        with at_operation(number, fail, swaps=swaps, dead=True), pytest.raises(PublishError):
            site.publish(RELEASES[published])
        check_whole(site, published, f"{name}, number {number}")
        check_next_build(site, published, f"{name}, number {number}")


def check_whole(site: Site, published: int, place: str) -> None:
    """Assert that what a killed build left is mended to a whole site, the old or the new one, and whole releases."""
    old = RELEASES[published - 1] if published else {}
    recover(site.out)
    assert read_tree(site.out) in (old, RELEASES[published]), place
    assert read_tree(places_of(site.out).previous) in ({}, *RELEASES), place


def check_next_build(site: Site, published: int, place: str) -> None:
    """Assert that the next builds succeed and that one can go back."""
    site.publish(RELEASES[published])
    assert read_tree(site.out) == RELEASES[published], place
    assert read_tree(places_of(site.out).previous) in ({}, *RELEASES), place
    newest = {SIGN: b"newest", "kept/index.html": b"kept"}
    site.publish(newest)
    assert read_tree(site.out) == newest, place
    rollback(site.out)
    assert read_tree(site.out) == RELEASES[published], place
    assert set(list_beside(site.out)) <= {".site.next", ".site.previous", "site"}, place


@forks
@CASES
def test_killed_before_each_operation(memory, published, swaps, is_thorough):
    operations = count_operations(memory / "whole", published, swaps)
    for number, name in choose(list(enumerate(operations, 1)), is_thorough):
        site = make_published(memory / str(number), published)
        before = stamp_tree(site.out)

        def publish(site: Site = site, number: int = number) -> None:
            with at_operation(number, kill_self, swaps=swaps):
                site.publish(RELEASES[published])

        assert run_forked(publish) == -9
        place = f"killed before {name}, number {number}"
        if swaps:
            assert stamp_tree(site.out) == before or read_tree(site.out) == RELEASES[published], place
        check_whole(site, published, place)
        check_next_build(site, published, place)


@forks
def test_killed_while_it_clears_away_what_could_not_be_switched(memory):
    """The release was complete, and its manifest is still there."""
    for number in range(1, 12):
        site = make_published(memory / str(number), 3)

        def publish(site: Site = site, number: int = number) -> None:
            removals = itertools.count(1)
            with pytest.MonkeyPatch.context() as patch:

                def count(remove):
                    def remove_and_count(*arguments, **options) -> None:
                        remove(*arguments, **options)
                        if next(removals) == number:
                            kill_self()

                    return remove_and_count

                def fail_to_exchange(*_: object) -> None:
                    patch.setattr(os, "unlink", count(os.unlink))
                    patch.setattr(os, "rmdir", count(os.rmdir))
                    fail()

                patch.setattr(switching, "exchange", fail_to_exchange)
                site.publish(RELEASES[3])

        assert run_forked(publish) == -9
        assert read_tree(site.out) == RELEASES[2]
        assert site.load(places_of(site.out).spare) is None
        check_next_build(site, 3, f"after {number} removals")


# --- Rollback ---------------------------------------------------------------------------------------------------------


@SWAPS
def test_back_and_forth(site, monkeypatch, swaps):
    if not swaps:
        monkeypatch.setattr(switching, "exchange", no_exchange)
    for release in RELEASES:
        site.publish(release)
    rollback(site.out)
    assert read_tree(site.out) == RELEASES[2]
    rollback(site.out)
    assert read_tree(site.out) == RELEASES[3]
    rollback(site.out)
    for release in (*RELEASES, *RELEASES):
        site.publish(release)
        assert read_tree(site.out) == release
    rollback(site.out)
    assert read_tree(site.out) == RELEASES[2]


@pytest.mark.thorough
def test_going_back_takes_no_time(site):
    files = {SIGN: b"x", **{f"{number // 50}/{number}.html": b"x" for number in range(5000)}}
    for letter in (b"a", b"b"):
        site.publish({**files, "index.html": letter})
    with at_operation(0, lambda: None) as done, within(0.2):
        rollback(site.out)
    assert len(done) < 10
    assert (site.out / "index.html").read_bytes() == b"a"


def test_a_build_after_going_back_keeps_what_fits(site):
    for release in RELEASES:
        site.publish(release)
    rollback(site.out)
    inode = (site.out / "index.html").stat().st_ino
    site.publish({**RELEASES[2], "added": b"x"})
    assert (site.out / "index.html").stat().st_ino == inode


def test_a_file_that_somebody_changed_before_going_back_is_not_published_again(site):
    for release in RELEASES:
        site.publish(release)
    changed = site.out / "kept" / "deep" / "er" / "index.html"
    changed.unlink()
    changed.write_bytes(b"mine")
    rollback(site.out)
    for release in (*RELEASES, *RELEASES):
        site.publish(release)
        assert read_tree(site.out) == release


@pytest.mark.parametrize("published", [0, 1])
def test_no_release_to_go_back_to(site, published):
    for release in RELEASES[:published]:
        site.publish(release)
    with pytest.raises(UsageError, match="no release before"):
        rollback(site.out)
    assert read_tree(site.out) == (RELEASES[0] if published else {})


@pytest.mark.parametrize("kind", ["missing", "folder", "empty"])
def test_a_damaged_release_to_go_back_to(site, kind):
    for release in RELEASES:
        site.publish(release)
    previous = places_of(site.out).previous
    if kind == "empty":
        previous.rename(site.out.with_name("elsewhere"))
        previous.mkdir()
    else:
        (previous / SIGN).unlink()
    if kind == "folder":
        (previous / SIGN).mkdir()
    with pytest.raises(UsageError):
        rollback(site.out)
    assert read_tree(site.out) == RELEASES[-1]


def test_what_no_build_made_is_not_put_away(site):
    for release in RELEASES:
        site.publish(release)
    site.out.rename(site.out.with_name("elsewhere"))
    site.out.mkdir()
    (site.out / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="not made by twofa"):
        rollback(site.out)
    assert read_tree(site.out) == {"thesis.txt": b"years of work"}


def test_who_has_removed_the_site_gets_the_release_before_it(site):
    for release in RELEASES[:2]:
        site.publish(release)
    site.out.rename(site.out.with_name("elsewhere"))
    rollback(site.out)
    assert read_tree(site.out) == RELEASES[0]


@forks
@SWAPS
@pytest.mark.parametrize("stop", ["fails", "interrupted", "killed"])
def test_going_back_stops_half_way(memory, stop, swaps, is_thorough):
    whole = make_published(memory / "whole", 3)
    with at_operation(0, lambda: None, swaps=swaps) as operations:
        rollback(whole.out)
    for number, name in choose(list(enumerate(operations, 1)), is_thorough):
        site = make_published(memory / str(number), 3)

        def go_back(site: Site = site, number: int = number) -> None:
            act = {"fails": fail, "interrupted": interrupt, "killed": kill_self}[stop]
            with at_operation(number, act, swaps=swaps):
                rollback(site.out)

        if stop == "killed":
            assert run_forked(go_back) == -9
        else:
            with pytest.raises((PublishError, KeyboardInterrupt)):
                go_back()
        check_whole_after_rollback(site, name)


def check_whole_after_rollback(site: Site, place: str) -> None:
    recover(site.out)
    previous = places_of(site.out).previous
    assert sorted(read_tree(tree)["index.html"] for tree in (site.out, previous)) == [b"2", b"3"], place
    assert read_tree(site.out) in (RELEASES[1], RELEASES[2]), place
    assert read_tree(previous) in (RELEASES[1], RELEASES[2]), place
    for release in RELEASES:
        site.publish(release)
        assert read_tree(site.out) == release, place
