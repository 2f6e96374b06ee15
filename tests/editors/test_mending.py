"""The laws of mending white space, over files that are written as editors write them, and then spoiled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from generator.editors.checking.indents import find_texts
from generator.editors.checking.whitespace import mend
from generator.yamlparse import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "content/services/alpha.yaml"
UNREAD = {"tab", "syntax"}
LAWS = settings(deadline=None, max_examples=250, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

# --- Files ------------------------------------------------------------------------------------------------------------

KEYS = ["a", "b", "notes", '"c d"', "'it''s'", '"x\\"y"', "f#g", "h "]
SCALARS = ["text", "'quoted'", '"two\\t"', "1", "[a, b]", "{c: d}", "~", "x | y", "2026-01-05", "https://a.example/#b"]
SIGNS = ["|", ">", "|-", ">+", "| # why", "!!str |", "|\t# why", "|2", ">1-"]
#: Lines of a text, with what belongs to it before the first word: code, or more of it.
TEXT = [
    "one",
    "  two",
    "\tcode",
    "  \tcode",
    "- item",
    "key: |",
    "# none",
    "",
    "end  ",
    "\u00a0odd",
    "x: >",
    "  - y: |",
]
NOISE = ["", "", "", "# note", "  # note: |"]

#: A line, and the number of the text that it belongs to; 0 for those outside.
Line = tuple[str, int]


@st.composite
def write_lines(draw: Callable[..., Any]) -> list[Line]:
    """Return the lines of a file, two spaces a level."""
    texts = iter(range(1, 1000))

    def write(level: int, indent: str) -> list[Line]:
        is_list = draw(st.booleans())
        keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=3))
        lines: list[Line] = []
        for key in keys:
            lead = indent + ("-" if is_list else f"{key}:")
            kind = draw(st.sampled_from(["scalar", "text", "below", "folded"] if level < 3 else ["scalar", "text"]))
            if kind == "scalar":
                lines.append((f"{lead} {draw(st.sampled_from(SCALARS))}", 0))
            elif kind == "below":
                lines += [(lead, 0), *write(level + 1, f"{indent}  ")]
            elif kind == "folded":
                lines += [(f"{lead} one", 0), (f"{indent}  two", 0)]
            else:
                number, sign = next(texts), draw(st.sampled_from(SIGNS))
                margin = indent + ("  " if "1" not in sign else " ")
                body = ["one", *draw(st.lists(st.sampled_from(TEXT), max_size=4))]
                lines += [(f"{lead} {sign}", 0), *((f"{margin}{line}" if line else "", number) for line in body)]
            lines += [(line, 0) for line in [draw(st.sampled_from(NOISE))] if line and kind == "scalar"]
        return lines

    return write(0, "")


def join(lines: list[Line]) -> str:
    return "".join(f"{line}\n" for line, _ in lines)


def read(text: str) -> Any:
    """Return what stands in a text; None where it can't be read."""
    file = parse_yaml(text.encode(), NAME)
    return None if UNREAD & {problem.rule for problem in file.problems} else repr(file.value)


# --- Tabs -------------------------------------------------------------------------------------------------------------


@st.composite
def write_tabbed(draw: Callable[..., Any]) -> tuple[str, str]:
    """Return a file, and the same with tabs for the levels of some lines; a text keeps its margin or changes it."""
    lines = draw(write_lines())
    chosen = {number: draw(st.booleans()) for number in range(1, 1 + max(text for _, text in lines))}
    tabbed: list[Line] = []
    margin = ""
    for at, (line, number) in enumerate(lines):
        if number and lines[at - 1][1] != number:
            margin = line[: len(line) - len(line.lstrip(" "))]
        if number and chosen[number] and len(margin) % 2 == 0:
            tabbed.append((line.replace(margin, "\t" * (len(margin) // 2), 1) if line else line, number))
        elif not number and draw(st.booleans()):
            levels = re.match(r"(?:  )*", line)
            assert levels
            tabbed.append((levels[0].replace("  ", "\t") + line[levels.end() :], number))
        else:
            tabbed.append((line, number))
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return join(lines), join(tabbed).replace("\n", end)


@pytest.mark.thorough
@LAWS
@given(write_tabbed())
@example(("a:\n  b: c\nd: |\n  one\n  \ttwo\n", "a:\n\tb: c\nd: |\n  one\n  \ttwo\n"))
@example(("a:\n  b: |\n    one\n    \ttwo\n", "a:\n\tb: |\n\t\tone\n\t\t\ttwo\n"))
def test_tabs_for_levels_are_mended_and_texts_stay(files):
    before, tabbed = files
    wanted = read(before)
    mended = mend(tabbed.encode(), NAME).decode()
    assert wanted is not None
    assert read(mended) == wanted


# --- Anything ---------------------------------------------------------------------------------------------------------


@st.composite
def write_spoiled(draw: Callable[..., Any]) -> str:
    """Return a file with a few characters put in, taken away or exchanged."""
    text = join(draw(write_lines()))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        if draw(st.booleans()):
            # White space hurts most at the beginning of a line.
            start = text.rfind("\n", 0, start) + 1
        put = draw(
            st.sampled_from(["\t", " ", "  ", "\n", "\u00a0", "\t\t", "\ufeff", "|", ">", '"', "'", "#", "- ", ": "])
        )
        text = text[:start] + put + text[start + draw(st.integers(0, 2)) :]
    return text


@LAWS
@given(write_spoiled())
@example("\ufeff\ufeff: text\n")
def test_what_could_be_read_says_the_same(text):
    mended = mend(text.encode(), NAME).decode()
    assert mend(mended.encode(), NAME).decode() == mended
    assert re.sub(r"[\s\ufeff]", "", mended) == re.sub(r"[\s\ufeff]", "", text)
    value = read(text)
    if value is not None and not re.search(r"^[ \t]*\u00a0", text, re.MULTILINE):
        assert read(mended) == value
        assert list_texts(mended) == list_texts(text)


@pytest.mark.thorough
@LAWS
@given(write_spoiled())
def test_what_could_not_be_read_keeps_its_texts(text):
    lines = split(text)
    mended = mend(text.encode(), NAME).decode()
    kept = list_texts(mended)
    if read(text) is None:
        for number, line in kept.items():
            old = lines[number]
            margin = old[: len(old) - len(old.lstrip(" \t\u00a0"))]
            is_margin = any(line == " " * len(mend_margin(margin[:at])) + old[at:] for at in range(len(margin) + 1))
            assert is_margin or not line + old.strip(), (old, line)
            assert line == old or not set(margin) <= {" "}
        # What was read before YAML stumbled is what it was.
        assert list_texts(text).items() <= kept.items()


def mend_margin(margin: str) -> str:
    return margin.replace("\t", "  ")


def split(text: str) -> list[str]:
    return re.split(r"\r\n?|\n", text.removeprefix("\ufeff"))


def list_texts(text: str) -> dict[int, str]:
    """Return number and content of all lines inside block scalars that hold anything."""
    lines = split(text)
    found = find_texts("\n".join(lines))
    return {number: lines[number] for number in sorted(found) if lines[number].strip()}
