"""``twofa check``: find every problem in content and data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build.gather import gather
from generator.catalogue.load import SERVICES, find_companions, find_curated_files, load_content
from generator.config import Paths, load_settings
from generator.editors.checking.inner_links import check_inner_links
from generator.errors import InvalidError, UsageError
from generator.validation.wording import suggest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.problems import Problem

#: Bytes of a file up to which its lines are shown.
_SHOWN = 1_000_000


def find_problems(root: Path, named: Sequence[Path], latest: str) -> tuple[Problem, ...]:
    """Return every problem, or those of the files and folders named; raises :class:`UsageError` for a missing one.

    Broken settings or data hide nothing of what is wrong with the content. Of guides that are not named, only those
    are read that it takes to judge the others.
    """
    wanted = [find_name(root, path) for path in named]
    paths = Paths(root=root)
    are_guides = bool(wanted) and all(name.startswith(f"{SERVICES}/") for name in wanted)
    guides = find_companions(paths, wanted) if are_guides else None
    try:
        settings = load_settings(root)
        gathered = gather(settings, latest, latest, guides=guides)
        problems = tuple(sorted({*gathered.problems, *check_inner_links(gathered, settings)}))
    except InvalidError as error:
        content = load_content(paths, guides=guides)
        problems = tuple(sorted({*error.problems, *content.problems}))
    if not wanted or "." in wanted:
        return problems
    return tuple(
        problem
        for problem in problems
        if any(problem.path == name or problem.path.startswith(f"{name}/") for name in wanted)
    )


def find_name(root: Path, path: Path) -> str:
    """Return a path as problems name it; a link in it is followed only where that leads into the project.

    The name of a service stands for its file.
    """
    if not os.path.lexists(path):
        path = _find_guide(root, str(path))
    place, top = (Path(os.path.abspath(each)) for each in (path, root))  # noqa: PTH100 (a link stays itself)
    if not place.is_relative_to(top):
        place, top = place.resolve(), top.resolve()
    if not place.is_relative_to(top):
        message = f"{path} is not in the project {root}"
        raise UsageError(message, fix="name a file or folder of the project")
    return place.relative_to(top).as_posix()


def _find_guide(root: Path, word: str) -> Path:
    files = {Path(name).stem: name for name in find_curated_files(Paths(root=root))}
    if name := files.get(word.removesuffix(".yaml")):
        return root / name
    message = f"{word} does not exist"
    near = suggest(Path(word).stem, files)
    fix = f"did you mean {files[near]}?" if near else "name a file or folder of the project"
    raise UsageError(message, fix=fix)


def read_lines(root: Path, name: str) -> list[str]:
    """Return the lines of a file as far as they can be shown; none where it is too large or can't be read."""
    path = root / name
    try:
        is_shown = path.is_file() and path.stat().st_size < _SHOWN
        return path.read_text("utf-8-sig", "replace").split("\n") if is_shown else []
    except OSError:
        return []
