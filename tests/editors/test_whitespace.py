"""White space that is mended: what changes, and that nothing else ever does."""

from __future__ import annotations

import os
import re
import stat

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator.editors.checking.indents import find_block_lines
from generator.editors.checking.mending import find_content_files, mend_files
from generator.editors.checking.whitespace import mend
from generator.errors import PublishError
from generator.yamlparse import parse_yaml
from tests.helpers import CHECKOUT, read_tree, stamp_tree

NAME = "content/services/alpha.yaml"
D = "domain: alpha.example\n"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        # Nothing to do
        (D, D),
        ("", ""),
        ("# only a comment\n", "# only a comment\n"),
        # Ends of lines and of the file
        (D.replace("\n", "\r\n"), D),
        ("a: b\rc: d\r", "a: b\nc: d\n"),
        ("a: |\r\n  one  \r\n  two\r\n", "a: |\n  one  \n  two\n"),
        ("\ufeff" + D, D),
        ("\ufeffa: |\n\n  one\n", "a: |\n\n  one\n"),
        ("a: b", "a: b\n"),
        ("a: b\n\n \n\t\n", "a: b\n"),
        ("a: |+\n  one\n\n\n", "a: |+\n  one\n"),
        ("\n \n", ""),
        # At the end of a line
        ("a: b  \t\n", "a: b\n"),
        ("a: b # why  \n", "a: b # why\n"),
        ("a:   \n  - b \n", "a:\n  - b\n"),
        ("a: b\u00a0\n", "a: b\n"),
        ("a: one \n  two\n", "a: one\n  two\n"),
        ("a: one\u00a0\n  two \n", "a: one\u00a0\n  two\n"),
        ("a: 'one \n  two'\n", "a: 'one\n  two'\n"),
        # Two spaces inside a text break its line
        ("a: |\n  one  \n  two  \nb: c  \n", "a: |\n  one  \n  two  \nb: c\n"),
        ("a: >-\n  one  \n\n  two\nb: c  \n", "a: >-\n  one  \n\n  two\nb: c\n"),
        ("- |\n one  \n two\n- b  \n", "- |\n one  \n two\n- b\n"),
        ("- a: |  # why\n    one  \n    two\n  b: c  \n", "- a: |  # why\n    one  \n    two\n  b: c\n"),
        ("- - |2-\n      one  \n     two\n  - b  \n", "- - |2-\n      one  \n     two\n  - b\n"),
        # Indentation
        ("recovery:\n\tcodes: true\n", "recovery:\n  codes: true\n"),
        ("setup:\n\tsteps:\n\t\t- Go.\n", "setup:\n  steps:\n    - Go.\n"),
        ("setup:\n  steps:\n  \t- Go.\n", "setup:\n  steps:\n    - Go.\n"),
        ("steps:\n  -\tGo.\n  -\tOn.\n", "steps:\n  - Go.\n  - On.\n"),
        ("recovery:\n\u00a0\u00a0codes: true\n", "recovery:\n  codes: true\n"),
        ("setup:\n\u00a0 steps:\n\u00a0 - Go.\n", "setup:\n  steps:\n  - Go.\n"),
        ("recovery:\n\tnotes: |\n\t\tone\n\t\ttwo\n", "recovery:\n  notes: |\n    one\n    two\n"),
        ("a: |\n  one\n  \ttwo\nb:\n\u3000- c\n", "a: |\n  one\n  \ttwo\nb:\n - c\n"),
        ("a: |\n  one\n  \ttwo\nb: [\n\tc]\n", "a: |\n  one\n  \ttwo\nb: [\n  c]\n"),
        # In a text, only the margin of all its lines; nothing that may be code
        ("a:\n\tb: c\nd: |\n  one\n  \ttwo\n", "a:\n  b: c\nd: |\n  one\n  \ttwo\n"),
        ("a:\n\tb: |\n\t\tone\n\t\t\ttwo\n\n\t\n", "a:\n  b: |\n    one\n    \ttwo\n"),
        ("a: |\r\n\tone\r\n\t\ttwo\r\n", "a: |\n  one\n  \ttwo\n"),
        ("a: |\n  one\n\t\n  two\n", "a: |\n  one\n\n  two\n"),
        ("a: |\n  one\n\ttwo\n", "a: |\n  one\n\ttwo\n"),
        ("a: |\n  \tone\n  \ttwo\n", "a: |\n  \tone\n  \ttwo\n"),
        ("- a: !!str |\n    one\n    \ttwo\n-\tb: c\n", "- a: !!str |\n    one\n    \ttwo\n- b: c\n"),
        ("-\ta: 1\n\tb: 2\n-\ta: 3\n  b: 4\n", "- a: 1\n  b: 2\n- a: 3\n  b: 4\n"),
        ("a:\n  |\n one\n  \ttwo\nb:\n\tc: d\n", "a:\n  |\n one\n  \ttwo\nb:\n  c: d\n"),
        # What is wrong otherwise, and what can't be told
        ("a:\n\tb: 1\nc: @x\nd:\n\te: 1\n", "a:\n  b: 1\nc: @x\nd:\n\te: 1\n"),
        ("a: |\n  one\n  \ttwo\n\u00a0b: c\n", "a: |\n  one\n  \ttwo\n\u00a0b: c\n"),
        ("a: b\n    c: d\n", "a: b\n    c: d\n"),
        ('a: "never closed  \n', 'a: "never closed  \n'),
        ("a:\n    b: 1\n\tc: 2\n", "a:\n    b: 1\n\tc: 2\n"),
        ("a:\n\tb: 1\nc: @x\n", "a:\n  b: 1\nc: @x\n"),
        ("a: b \na: c \n", "a: b\na: c\n"),
        ("a: &x b \n", "a: &x b\n"),
    ],
)
def test_yaml(text, mended):
    assert mend(text.encode(), NAME).decode() == mended
    assert mend(mended.encode(), NAME).decode() == mended


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("# A  \n\ttext  \n", "# A  \n\ttext  \n"),
        ("\ufeff# A\r\n\r\ntext  \r\n\r\n", "# A\n\ntext  \n"),
        ("# A", "# A\n"),
        ("", ""),
    ],
)
def test_markdown(text, mended):
    assert mend(text.encode(), "content/pages/x.md").decode() == mended


@pytest.mark.parametrize("name", [NAME, "content/pages/x.md"])
def test_two_versions_that_git_could_not_merge_stay_as_they_are(name):
    data = b"a: b \r\n<<<<<<< HEAD\r\nc: d \r\n=======\r\nc:\te\r\n>>>>>>> branch\r\n"
    assert mend(data, name) == data


@pytest.mark.parametrize("data", [b"a: caf\xe9 \r\n", b"a: \0 \r\n", "a: b \r\n".encode("utf-16"), b"a: b \n" * 50_000])
def test_what_is_no_text_stays_as_it_is(data):
    assert mend(data, NAME) == data


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("a: |\n  one\n\n  two\nb: c\n", {1, 2, 3}),
        ("a: b\n", set()),
        ("a: 2 > 1 >\nb: c\n", set()),
        ("# note: |\n  a\n", set()),
        ("- |\n one\n- >+\n two\n", {1, 3}),
        ("- a: |\n    one\n  b: |-\n    two\n", {1, 3}),
        ('"a # b": |\n  # one\n# two\n', {1}),
    ],
)
def test_lines_inside_block_scalars(text, inside):
    assert find_block_lines(text.removesuffix("\n").split("\n")) == inside


SPACES = st.text(" \t\u00a0", max_size=4)
BODIES = st.sampled_from(
    ["a: b", "b: |", "c: >-", "d: >+2", "- e", "- |", "- f: |", "- g: h", "text", "# note", "i: 'j", "k'", '"l: m"',
     "n: [", "]", "o:", "", "- - p", "q: 1", "r: 2026-01-05", "a: *x", "- ", "s: .nan", "\ufeff", 't: "u \\', 'v"']
)  # fmt: skip
BREAKS = st.sampled_from(["\n", "\n", "\r\n", "\r"])
LINES = st.lists(st.tuples(SPACES, BODIES, SPACES, BREAKS).map("".join), max_size=9)


@pytest.mark.thorough
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(LINES.map("".join))
@example("a: |\n\n one  \n  two\t\n\u00a0\n")
@example("a:\n\t- b\n\t- |\n\t\tc  \n")
@example("a: b\r- e\n\n")
def test_no_mend_changes_more_than_white_space(text):
    data = text.encode()
    mended = mend(data, NAME)
    assert re.sub(r"[\s\ufeff]", "", mended.decode()) == re.sub(r"[\s\ufeff]", "", text), "comments included"
    assert mend(mended, NAME) == mended
    before, after = parse_yaml(data, NAME), parse_yaml(mended, NAME)
    is_read = not {"tab", "syntax"} & {problem.rule for problem in before.problems}
    if is_read and not any(str(where[-1]).startswith("\u00a0") for where in before.keys):
        assert repr(after.value) == repr(before.value)
        assert [problem.rule for problem in after.problems] == [problem.rule for problem in before.problems]
        if text.strip("\ufeff \t\r\n\u00a0"):
            assert b"\r" not in mended
            assert mended.endswith(b"\n")
    elif not is_read and mended != data.removeprefix(b"\xef\xbb\xbf"):
        is_further = after.problems and after.problems[-1].line > before.problems[-1].line
        is_unread = after.value is None and {"tab", "syntax"} & {problem.rule for problem in after.problems}
        assert is_further or not is_unread


def test_what_is_shipped_has_nothing_to_mend():
    for name in find_content_files(CHECKOUT):
        data = (CHECKOUT / name).read_bytes()
        assert mend(data, name) == data, name


# --- On disk ----------------------------------------------------------------------------------------------------------


def test_files_that_need_it_are_written_and_no_others(tiny):
    tiny.write_curated("alpha", D + "recovery:\n\tcodes: true\n")
    tiny.write_curated("bravo", "domain: bravo.example\n")
    tiny.write("content/pages/attribution.md", "# Attribution\r\n\r\nText.\r\n")
    tiny.write("content/services/.delta.yaml.swp", "a: b \r\n")
    tiny.write("content/notes.txt", "a \r\n")
    os.chmod(tiny.root / NAME, 0o640)  # noqa: PTH101
    before = stamp_tree(tiny.root)
    assert mend_files(tiny.root) == ["content/pages/attribution.md", NAME]
    changed = {name for name, stamp in stamp_tree(tiny.root).items() if before.get(name) != stamp}
    assert changed == {"content/pages/attribution.md", NAME}
    assert tiny.read(NAME) == D + "recovery:\n  codes: true\n"
    assert stat.S_IMODE((tiny.root / NAME).stat().st_mode) == 0o640
    assert tiny.check() == []
    assert mend_files(tiny.root) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([], ["content/regions.yaml", NAME]),
        (["."], ["content/regions.yaml", NAME]),
        (["content"], ["content/regions.yaml", NAME]),
        (["content/services"], [NAME]),
        ([NAME], [NAME]),
        (["content/serv"], []),
        (["data"], []),
    ],
)
def test_only_what_is_named_is_mended(tiny, wanted, found):
    tiny.write_curated("alpha", D + "\n\n")
    tiny.write("content/regions.yaml", '"no": Norway \n')
    assert mend_files(tiny.root, wanted) == found


def test_links_folders_and_pipes_are_left_alone(tiny, tmp_path):
    outside = tmp_path / "outside.yaml"
    outside.write_text("a: b \r\n")
    services = tiny.content / "services"
    (services / "alpha.yaml").symlink_to(outside)
    (services / "bravo.yaml").symlink_to(services / "nowhere.yaml")
    (services / "charlie.yaml").mkdir()
    os.mkfifo(services / "delta.yaml")
    assert mend_files(tiny.root) == []
    assert outside.read_text() == "a: b \r\n".replace("\r\n", "\n")
    assert outside.read_bytes() == b"a: b \r\n"


def test_a_disk_that_takes_no_file_is_told_in_one_line(tiny, monkeypatch):
    tiny.write_curated("alpha", D + "\n\n")
    before = read_tree(tiny.root)
    monkeypatch.setattr(os, "replace", _refuse)
    with pytest.raises(PublishError, match=f"{NAME} can't be written"):
        mend_files(tiny.root)
    assert read_tree(tiny.root) == before


def _refuse(*_args: object) -> None:
    raise OSError(28, "No space left on device")
