"""``twofa check``: find every problem in content and data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.commands.printing import print_json
from generator.editors.check import find_problems, read_lines
from generator.editors.findings import as_github, as_json, as_text
from generator.errors import InvalidError

if TYPE_CHECKING:
    import argparse


def check(options: argparse.Namespace, *, root: str, today: str) -> int:
    """Print every problem; warnings alone are no failure."""
    folder = Path(root)
    problems = find_problems(folder, [Path(path) for path in options.paths], today)
    if options.json:
        print_json(as_json(problems))
    elif options.github:
        print(as_github(problems))
    else:
        print(as_text(problems, lambda name: read_lines(folder, name)))
    return InvalidError.exit_code if any(problem.severity == "error" for problem in problems) else 0
