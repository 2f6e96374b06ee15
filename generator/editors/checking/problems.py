"""``twofa check``: find every problem in content and data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from generator.catalogue.belonging import find_unlisted
from generator.catalogue.gather import gather
from generator.catalogue.load import SERVICES, find_curated_files, load_baseline, load_content
from generator.catalogue.merge import merge
from generator.config import Paths, load_settings
from generator.editors.checking.companions import find_by_domain, find_companions
from generator.editors.checking.inner_links import check_inner_links, find_doubtful_links
from generator.editors.guides.finding import find_files
from generator.editors.naming import build_names, find_domain, find_slug, parse_domain
from generator.errors import InvalidError, UsageError
from generator.validation.wording import suggest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.catalogue.gather import Gathered
    from generator.config import Settings
    from generator.problems import Problem

#: Bytes of a file up to which its lines are shown.
_SHOWN = 1_000_000
#: The folders in which something is checked.
_CHECKED = {"content", "data"}


def find_problems(root: Path, named: Sequence[str], latest: str) -> tuple[Problem, ...]:
    """Return every problem, or those of the files and folders named; raises :class:`UsageError` for a missing one.

    Broken settings or data hide nothing of what is wrong with the content. Of guides that are not named, only those
    are read that it takes to judge the others.
    """
    wanted = [find_name(root, word) for word in named]
    paths = Paths(root=root)
    are_guides = bool(wanted) and all(name.startswith(f"{SERVICES}/") for name in wanted)
    guides = find_companions(paths, wanted) if are_guides else None
    try:
        settings = load_settings(root)
        gathered = gather(settings, latest, latest, guides=guides)
        problems = tuple(
            sorted({*gathered.problems, *_check_links(gathered, settings, latest, are_all=guides is None)})
        )
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


def _check_links(gathered: Gathered, settings: Settings, latest: str, *, are_all: bool) -> list[Problem]:
    """Return what is wrong with links to pages of this site."""
    doubtful = find_doubtful_links(gathered)
    if not doubtful:
        return []
    return check_inner_links(doubtful, gathered if are_all else gather(settings, latest, latest), settings)


def find_name(root: Path, word: str) -> str:
    """Return a path as problems name it; a link in it is followed only where that leads into the project.

    A path is looked for from here, then from the root. The slug, a domain or the name of a service stand for its file.
    """
    places = [place for place in (Path(word), root / word) if os.path.lexists(place)]
    inside = [name for place in places or (_find_guide(root, word),) if (name := _name_inside(root, place))]
    if not inside:
        message = f"{word} is not in the project {root}"
        raise UsageError(message, fix="name a file or folder of the project")
    if inside[0] != "." and inside[0].partition("/")[0] not in _CHECKED:
        message = f"{word} is nothing that is checked"
        raise UsageError(message, fix="name a file or folder below content/ or data/; twofa build checks templates")
    return inside[0]


def _name_inside(root: Path, path: Path) -> str | None:
    place, top = (Path(os.path.abspath(each)) for each in (path, root))  # noqa: PTH100 (a link stays itself)
    if not place.is_relative_to(top):
        place, top = place.resolve(), top.resolve()
    return place.relative_to(top).as_posix() if place.is_relative_to(top) else None


def _find_guide(root: Path, word: str) -> Path:
    """Return the guide that a slug, the address of a page, or a domain names; raises :class:`UsageError` for none."""
    files = {Path(name).stem: name for name in find_curated_files(Paths(root=root))}
    if name := files.get(find_slug(word) or word.strip().lower()):
        return root / name
    domain = parse_domain(word)
    if "." in domain and (found := find_by_domain(root, files.values(), {domain, domain.removeprefix("www.")})):
        return root / found
    is_path = word.endswith(".yaml") or ("/" in word and "://" not in word and not find_slug(word))
    if not is_path:
        return root / _find_by_name(root, word)
    message = f"{word} does not exist"
    near = suggest(Path(word).stem, files, cutoff=0.75)
    raise UsageError(message, fix=f"did you mean {files[near]}?" if near else "name a file or folder of the project")


def _find_by_name(root: Path, word: str) -> str:
    """Return the guide of the service that has a name, an alias or a domain; raises :class:`UsageError` for none."""
    paths = Paths(root=root)
    content, baseline = load_content(paths), load_baseline(paths)
    catalogue = merge(baseline, find_unlisted(content.curated, baseline).usable)
    domain = find_domain(word, build_names(catalogue))
    if files := find_files(content).get(domain):
        return files[0]
    message = f"{domain} has no file yet"
    raise UsageError(
        message, fix=f"begin one: twofa new {domain}" if domain in catalogue.by_domain() else "name a file"
    )


def read_lines(root: Path, name: str) -> list[str]:
    """Return the lines of a file as far as they can be shown; none where it is too large or can't be read."""
    path = root / name
    try:
        is_shown = path.is_file() and path.stat().st_size < _SHOWN
        return path.read_text("utf-8-sig", "replace").split("\n") if is_shown else []
    except OSError:
        return []
