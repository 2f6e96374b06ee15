"""``twofa new``: write a curated file from what is known."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from generator.config import load_settings
from generator.editors.guides.scalars import squash
from generator.editors.guides.starting import start_guide
from generator.pages import addresses

if TYPE_CHECKING:
    import argparse

    from generator.commands.call import Call


def new(options: argparse.Namespace, call: Call) -> int:
    """Write the file and say what to do next."""
    settings = load_settings(call.root)
    started = start_guide(settings, options.domain, options.name, today=call.today)
    path = os.path.relpath(settings.paths.root / started.path)
    if path.startswith(".."):
        path = os.path.abspath(settings.paths.root / started.path)  # noqa: PTH100 (a link stays itself)
    twofa = "twofa" if options.root is None else f"twofa --root {shlex.quote(options.root)}"
    slug = started.service.slug
    page = f"http://127.0.0.1:8000{settings.base_path}{addresses.service(slug)}"
    for problem in started.problems:
        print(problem)
    state = "claims nothing yet" if options.name is None else "needs its categories and methods"
    print(f"{path}: a new file for {squash(started.service.name)}, which {state}.")
    print(f"  edit it and check it:     {twofa} check {shlex.quote(path)}")
    print(f"  see it as you save:       {twofa} serve, then {page}")
    print(f"  signed in and compared?   {twofa} verify {slug} --by WHO --source URL")
    return 0
