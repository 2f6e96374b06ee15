"""Which tree is which, what may be replaced, and what is mended at the start of a build."""

from __future__ import annotations

import os

import pytest

from generator.build.releases import check_target, places_of, recover
from generator.build.stage import open_stage
from generator.build.trees import SIGN, find_tree_id
from generator.errors import PublishError, UsageError
from tests.build.publishing import RELEASES, list_beside
from tests.helpers import read_tree, stamp_tree


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dead link", "project"])
def test_what_no_build_made_is_not_replaced(site, kind):
    out = site.out
    if kind == "folder":
        out.mkdir()
        (out / "thesis.txt").write_text("years of work")
    elif kind == "project":
        (out / "content").mkdir(parents=True)
        (out / "content" / "site.yaml").write_text("title: x")
    elif kind == "file":
        out.write_text("years of work")
    else:
        target = out.with_name("elsewhere")
        if kind == "link":
            target.mkdir()
        out.symlink_to(target)
    before = stamp_tree(out.parent)
    with pytest.raises(UsageError, match="--out"):
        check_target(out)
    assert stamp_tree(out.parent) == before


@pytest.mark.parametrize("kind", ["missing", "empty", "site"])
def test_what_may_be_replaced(site, kind):
    if kind == "empty":
        site.out.mkdir()
    elif kind == "site":
        site.publish(RELEASES[0])
    check_target(site.out)


def test_a_name_that_can_not_be(tmp_path):
    with pytest.raises(PublishError, match="could not be read"):
        check_target(tmp_path / ("x" * 300))
    with pytest.raises(OSError, match="too long"):
        find_tree_id(tmp_path / ("x" * 300))


def test_a_tree_is_known_wherever_it_is_moved(site):
    site.publish(RELEASES[0])
    known = find_tree_id(site.out)
    assert known
    site.out.rename(site.out.with_name("elsewhere"))
    assert find_tree_id(site.out.with_name("elsewhere")) == known


@pytest.mark.parametrize("kind", ["missing", "below a file", "file", "link"])
def test_what_is_no_tree(site, kind):
    path = site.out
    if kind == "below a file":
        path.write_text("file")
        path = path / "site"
    elif kind == "file":
        path.write_text("file")
    elif kind == "link":
        path.symlink_to(path.parent)
    assert find_tree_id(path) is None


@pytest.mark.parametrize("change", ["add", "remove", "replace", "open"])
def test_a_tree_that_was_changed_is_another(site, change):
    site.publish(RELEASES[0])
    known = find_tree_id(site.out)
    if change == "add":
        (site.out / "mine.txt").write_text("mine")
    elif change == "remove":
        (site.out / "index.html").unlink()
    elif change == "replace":
        (site.out / "mine.txt").write_text("mine")
        (site.out / "mine.txt").rename(site.out / "index.html")
    else:
        spare = places_of(site.out).spare
        site.out.rename(spare)
        with open_stage(site.out, {}):
            assert find_tree_id(spare) is None
        return
    assert find_tree_id(site.out) != known


def test_a_new_tree_is_not_taken_for_one_that_had_its_inode(site):
    """File systems give the number of a removed folder to the next one that is made."""
    site.out.mkdir()
    os.utime(site.out, ns=(5, 5))
    known = find_tree_id(site.out)
    assert known == find_tree_id(site.out)
    os.utime(site.out, ns=(6, 6))
    assert find_tree_id(site.out) != known


@pytest.mark.parametrize("missing", ["out", "previous", "spare"])
def test_a_tree_that_was_set_aside_goes_where_one_is_missing(site, missing):
    for release in RELEASES:
        site.publish(release)
    places = places_of(site.out)
    before = read_tree(site.out.parent)
    getattr(places, missing).rename(places.aside)
    recover(site.out)
    assert read_tree(site.out.parent) == before
    recover(site.out)
    assert read_tree(site.out.parent) == before


def test_the_site_comes_first_among_the_missing(site):
    site.publish(RELEASES[0])
    site.out.rename(places_of(site.out).aside)
    site.out.mkdir()
    recover(site.out)
    assert read_tree(site.out) == RELEASES[0]
    assert list_beside(site.out) == ["site"]


def test_a_tree_that_was_set_aside_and_is_missing_nowhere(site):
    """Somebody has put another site in its place."""
    for release in RELEASES:
        site.publish(release)
    aside = places_of(site.out).aside
    (aside / "deep").mkdir(parents=True)
    site.publish({**RELEASES[-1], "index.html": b"5"})
    assert not aside.exists()


def test_leftovers_of_older_programs_are_swept(site):
    for name in (".site.stage-abc", ".site.stage-def"):
        (site.out.parent / name / "x").mkdir(parents=True)
    (site.out.parent / ".site.stage-file").touch()
    site.publish(RELEASES[0])
    assert list_beside(site.out) == ["site"]


def test_leftovers_of_others_stay(site):
    """Of outputs with other names, even where a name looks like a pattern."""
    others = [".other.previous", ".site1.stage-x", ".site2.next", ".site2.stage-abc", "site.stage-abc"]
    for name in others:
        (site.out.parent / name).mkdir()
    site.publish(RELEASES[0])
    with open_stage(site.out.with_name("site[1]")) as stage:
        site.finish(stage, {}, {SIGN: stage.write(SIGN, b"x")})
    assert list_beside(site.out) == sorted([*others, "site", "site[1]"])
