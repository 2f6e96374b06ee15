"""Parsed YAML in the cache: what is taken from it, and everything that must not be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import generator.config
from generator.cache import Cache, load_cache
from generator.catalogue.load import load_content
from generator.config import Paths, load_settings, load_yaml
from generator.reading import read_content
from tests.helpers import CHECKOUT

NAME = "content/services/alpha.yaml"
GUIDE = "domain: alpha.example\nsharing: {verdict: unknown}\naliases: [Al]\nverified:\n  date: 2026-01-05\n"
WHOLE = GUIDE + "  by: mk\n  source: https://alpha.example/help\n  methods: [totp]\n"


@pytest.fixture
def paths(tiny):
    tiny.write(NAME, WHOLE)
    return Paths(root=tiny.root)


@pytest.fixture
def parsed(monkeypatch):
    """Names of the files that were parsed."""
    names = []
    parse = generator.config._parse

    def note(data, name, schema):
        names.append(name)
        return parse(data, name, schema)

    monkeypatch.setattr(generator.config, "_parse", note)
    return names


def fill(paths):
    cache = Cache()
    load_settings(paths.root, cache=cache)
    load_content(paths, cache)
    return cache


def run_with_cache(paths, file, script):
    """Run Python in a process of its own, with ``paths`` and the ``cache`` of a file; return what it prints."""
    start = (
        "from pathlib import Path; from generator.config import Paths, load_settings;"
        "from generator.catalogue.load import load_content; from generator.cache import load_cache;"
        f"paths = Paths(root=Path({str(paths.root)!r})); cache = load_cache(Path({str(file)!r}), 'one');"
        "load_settings(paths.root, cache=cache);"
    )
    done = subprocess.run(
        [sys.executable, "-c", start + script], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


def test_what_is_remembered_equals_what_was_parsed(paths):
    cache = fill(paths)
    plain = load_yaml(paths, NAME)
    known = load_yaml(paths, NAME, cache)
    assert known == plain
    assert known.value["verified"]["date"] == "2026-01-05"
    assert known.lines["verified.date"] == (5, 3)
    assert {type(date) for date in (known.value["verified"]["date"], plain.value["verified"]["date"])} == {str}
    assert load_content(paths, cache) == load_content(paths)
    assert load_settings(paths.root, cache=cache) == load_settings(paths.root)


def test_nothing_is_parsed_twice(paths, parsed):
    cache = fill(paths)
    assert NAME in parsed
    assert "content/site.yaml" in parsed
    parsed.clear()
    load_settings(paths.root, cache=cache)
    load_content(paths, cache)
    assert parsed == []


def test_a_changed_file_is_parsed_alone(tiny, paths, parsed):
    cache = fill(paths)
    tiny.write("content/services/bravo.yaml", "domain: bravo.example\n")
    tiny.write(NAME, WHOLE.replace("Al", "Alf"))
    parsed.clear()
    content = load_content(paths, cache)
    assert parsed == [NAME, "content/services/bravo.yaml"]
    assert [guide.aliases for guide in content.curated] == [("Alf",), ()]
    assert content == load_content(paths)


def test_one_object_serves_while_files_come_and_go(tiny, paths, parsed):
    cache = fill(paths)
    (tiny.root / NAME).unlink()
    assert load_content(paths, cache).curated == ()
    tiny.write(NAME, WHOLE)
    parsed.clear()
    assert len(load_content(paths, cache).curated) == 1
    assert parsed == [], "its content was known"


def test_what_is_no_longer_read_is_forgotten(tiny, paths, parsed):
    cache = fill(paths)
    cache.prune()
    (tiny.root / NAME).unlink()
    load_settings(paths.root, cache=cache)
    load_content(paths, cache)
    cache.prune()
    tiny.write(NAME, WHOLE)
    parsed.clear()
    load_settings(paths.root, cache=cache)
    load_content(paths, cache)
    assert parsed == [NAME]


def test_the_same_content_at_another_time_is_not_parsed(paths, parsed):
    cache = fill(paths)
    os.utime(paths.root / NAME, ns=(1, 1))
    parsed.clear()
    assert load_content(paths, cache) == load_content(paths, Cache())
    assert parsed.count(NAME) == 1, "by the second cache, which was empty"


def test_a_file_with_problems_is_not_remembered(tiny, paths):
    cache = fill(paths)
    tiny.write(NAME, WHOLE + "disputed: NO\n")
    first = load_content(paths, cache)
    assert [problem.rule for problem in first.problems] == ["not-text"]
    assert load_content(paths, cache).problems == first.problems
    tiny.write(NAME, WHOLE)
    assert load_content(paths, cache).problems == ()


def test_another_schema_is_another_file(tiny, paths, parsed):
    cache = fill(paths)
    tiny.write("content/categories.yaml", tiny.read("content/faq.yaml"))
    assert load_yaml(paths, "content/categories.yaml", cache).problems
    assert parsed.count("content/categories.yaml") == 2


def test_what_a_caller_does_with_a_value_stays_with_it(paths):
    cache = fill(paths)
    load_yaml(paths, NAME, cache).value["aliases"].append("Changed")
    assert load_yaml(paths, NAME, cache).value["aliases"] == ["Al"]


def rewrite(path, text):
    """Replace the content, but leave size and times as they were."""
    before = path.stat()
    assert len(text) == before.st_size
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_another_content_with_the_same_size_and_time_is_seen(paths):
    cache = fill(paths)
    rewrite(paths.root / NAME, WHOLE.replace("[Al]", "[Mo]"))
    assert load_content(paths, cache).curated[0].aliases == ("Mo",)


def test_what_is_written_while_it_is_read_is_seen(paths, monkeypatch):
    path = paths.root / NAME
    cache = Cache()
    read = read_content

    def read_and_write(root, name, *, limit):
        data = read(root, name, limit=limit)
        if name == NAME:
            path.write_text(WHOLE.replace("[Al]", "[Alf]"))
        return data

    monkeypatch.setattr(generator.config, "read_content", read_and_write)
    assert load_content(paths, cache).curated[0].aliases == ("Al",)
    monkeypatch.undo()
    assert load_content(paths, cache).curated[0].aliases == ("Alf",)


# --- Files that are no plain files ------------------------------------------------------------------------------------


def test_a_file_that_became_a_link_out_of_the_project(paths, tmp_path):
    cache = fill(paths)
    (paths.root / NAME).rename(tmp_path / "alpha.yaml")
    (paths.root / NAME).symlink_to(tmp_path / "alpha.yaml")
    assert [problem.rule for problem in load_content(paths, cache).problems] == ["link-outside"]


def test_a_folder_that_became_a_link_out_of_the_project(paths, tmp_path):
    """Its files have the inodes and times that they had."""
    cache = fill(paths)
    paths.services.rename(tmp_path / "outside")
    paths.services.symlink_to(tmp_path / "outside")
    assert [problem.rule for problem in load_content(paths, cache).problems] == ["link-outside"]
    assert [problem.rule for problem in load_yaml(paths, NAME, cache).problems] == ["link-outside"]


def test_a_settings_file_below_a_link_out_of_the_project(paths, tmp_path):
    cache = fill(paths)
    paths.content.rename(tmp_path / "outside")
    paths.content.symlink_to(tmp_path / "outside")
    site = load_yaml(paths, "content/site.yaml", cache)
    assert [problem.rule for problem in site.problems] == ["link-outside"]


def test_a_link_inside_the_project_is_followed_to_its_content(tiny, parsed):
    paths = Paths(root=tiny.root)
    target = tiny.write("drafts/alpha.yaml", WHOLE)
    (tiny.root / NAME).symlink_to(target)
    cache = fill(paths)
    parsed.clear()
    assert load_content(paths, cache).curated[0].aliases == ("Al",)
    assert parsed == []
    rewrite(target, WHOLE.replace("[Al]", "[Mo]"))
    assert load_content(paths, cache).curated[0].aliases == ("Mo",)


def test_a_file_that_became_a_pipe_or_too_large(paths):
    cache = fill(paths)
    (paths.root / NAME).write_text(WHOLE + "#" * 300_000)
    assert [problem.rule for problem in load_content(paths, cache).problems] == ["too-large"]
    (paths.root / NAME).unlink()
    os.mkfifo(paths.root / NAME)
    cache.save(paths.work / "yaml", "one")
    script = "print([problem.rule for problem in load_content(paths, cache).problems])"
    # In a process of its own, which a time limit ends where it waits for the pipe.
    assert run_with_cache(paths, paths.work / "yaml", script) == "['not-a-file']\n"


# --- On disk ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(paths):
    path: Path = paths.work / "yaml"
    fill(paths).save(path, "one")
    return path


def test_another_process_knows_the_files(paths, file, parsed):
    content = load_content(paths, load_cache(file, "one"))
    assert parsed == []
    assert content == load_content(paths)


@pytest.mark.parametrize("cut", [0, 1, 30, 100, -1])
def test_a_torn_file_is_an_empty_cache(paths, file, parsed, cut):
    file.write_bytes(file.read_bytes()[:cut])
    assert load_content(paths, load_cache(file, "one")).problems == ()
    assert NAME in parsed


@pytest.mark.parametrize("position", [5, 60, 200, -2])
def test_a_damaged_file_is_an_empty_cache(paths, file, parsed, position):
    data = bytearray(file.read_bytes())
    data[position] ^= 1
    file.write_bytes(data)
    assert load_content(paths, load_cache(file, "one")).problems == ()
    assert NAME in parsed


def test_another_program_or_no_file_is_an_empty_cache(paths, file, parsed, tmp_path):
    for cache in (load_cache(file, "two"), load_cache(tmp_path / "nowhere", "one"), load_cache(tmp_path, "one")):
        parsed.clear()
        load_content(paths, cache)
        assert NAME in parsed


def test_it_is_saved_only_when_something_changed(tiny, paths, file):
    before = file.stat().st_mtime_ns, file.stat().st_ino
    cache = load_cache(file, "one")
    load_settings(paths.root, cache=cache)
    load_content(paths, cache)
    cache.save(file, "one")
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before
    tiny.write(NAME, WHOLE.replace("[Al]", "[Alf]"))
    load_content(paths, cache)
    cache.save(file, "one")
    assert file.stat().st_ino != before[1]
    assert list(file.parent.iterdir()) == [file]


def test_a_disk_that_takes_no_cache_is_no_failure(paths, tmp_path):
    (tmp_path / "file").write_text("")
    fill(paths).save(tmp_path / "file" / "cache", "one")
