"""The patterns of the schemas mean in JavaScript, which editors' programs are written in, what they mean in Python."""

from __future__ import annotations

import re

import pytest

from generator.schemas import load_schema
from tests.browser.visiting import Visitor
from tests.test_schemas import FOR_CONTENT, PATTERNS, TEXTS, find_blocks

pytestmark = pytest.mark.browser

#: With the flag u, as the language server for YAML makes them.
_SEARCH = "([pattern, texts]) => texts.map(text => new RegExp(pattern, 'u').test(text))"


@pytest.mark.thorough
@pytest.mark.parametrize("name", TEXTS)
def test_pattern_of_a_format(visitor: Visitor, name: str) -> None:
    good, bad = TEXTS[name]
    found = visitor.page.evaluate(_SEARCH, [PATTERNS[name], [*good, *bad]])
    assert found == [True] * len(good) + [False] * len(bad)


def test_every_pattern_of_content(visitor: Visitor) -> None:
    blocks = [block for name in FOR_CONTENT for block in find_blocks(load_schema(name)).values()]
    patterns = sorted({block["pattern"] for block in blocks if isinstance(block.get("pattern"), str)})
    texts = ["", " ", "x", " x ", "a-b", "-us", "US", "de", "one\ntwo", "one\n", "\u00a0x\u00a0", "é 日 🔑", "x" * 501]
    assert len(patterns) > len(TEXTS)
    for pattern in patterns:
        # In JavaScript, "$" is the very end; what the program reads has no line end there.
        expected = [re.search(pattern.replace("$", r"\Z"), text) is not None for text in texts]
        assert visitor.page.evaluate(_SEARCH, [pattern, texts]) == expected, pattern
