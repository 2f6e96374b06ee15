"""``twofa check``: find every problem in content and data."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from generator.commands.printing import print_json
from generator.editors.checking.findings import as_github, as_json, as_text
from generator.editors.checking.mending import mend_files
from generator.editors.checking.problems import find_name, find_problems, read_lines
from generator.errors import InvalidError, UsageError
from generator.project import check_project

if TYPE_CHECKING:
    import argparse

    from generator.commands.call import Call


def check(options: argparse.Namespace, call: Call) -> int:
    """Print every problem, after white space was mended if that is asked for; warnings alone are no failure."""
    if "" in options.paths:
        message = "a path is empty, which would mean everything"
        raise UsageError(message, fix="name a file or a service, or give no path at all")
    folder, named = call.root, options.paths
    if options.fix:
        check_project(folder)
        for name in mend_files(folder, [find_name(folder, word) for word in named]):
            print(f"{name}: white space mended", file=sys.stderr)
    problems = find_problems(folder, named, options.date or call.today)
    if options.json:
        print_json(as_json(problems))
    elif options.github:
        print(as_github(problems))
    else:
        print(as_text(problems, lambda name: read_lines(folder, name)))
    return InvalidError.exit_code if any(problem.severity == "error" for problem in problems) else 0
