"""Reads `_headers` as hosts of whole folders do."""

from __future__ import annotations

import re

Rules = list[tuple[str, dict[str, str]]]


def parse_headers(text: str) -> Rules:
    """Return the rules of a file, as Cloudflare and Netlify describe it: a pattern, below it indented headers."""
    rules: Rules = []
    for line in filter(None, text.splitlines()):
        if line[0] == "/":
            rules.append((line, {}))
        else:
            assert re.match(r"  [A-Z]", line)
            name, value = line.strip().split(": ", maxsplit=1)
            assert rules[-1][1].setdefault(name, value) == value
    return rules


def fits(pattern: str, path: str) -> bool:
    """Tell whether a pattern fits: `*` stands for anything, `:name` for anything within a segment."""
    parts = re.split(r"(\*|:[A-Za-z]\w*)", pattern)
    expression = [".*" if part == "*" else "[^/]+" if part[:1] == ":" else re.escape(part) for part in parts]
    return re.fullmatch("".join(expression), path) is not None


def find_headers(rules: Rules, path: str) -> dict[str, str]:
    """Return what a host answers with; two rules for one header would be joined, which no client is made for."""
    found: dict[str, str] = {}
    for pattern, headers in rules:
        if fits(pattern, path):
            assert not found.keys() & headers.keys(), f"{path} gets {found.keys() & headers.keys()} from two rules"
            found |= headers
    return found
