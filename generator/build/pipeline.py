"""The whole build, from files to a published site."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generator.build.assets import load_assets
from generator.build.checks import check_output
from generator.build.releases import check_target, recover
from generator.build.render import Renderer
from generator.build.stage import open_stage
from generator.catalogue.checks import check_baseline, check_guides, find_unlisted
from generator.catalogue.load import load_baseline, load_content
from generator.catalogue.merge import Catalogue, merge
from generator.disk import hold_lock
from generator.errors import InvalidError, Problem
from generator.pages.addresses import file_of
from generator.pages.context import build_context
from generator.pages.plan import plan_site

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from generator.catalogue.inputs import Content
    from generator.config import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Content and data, merged, with everything that is wrong with them."""

    catalogue: Catalogue
    content: Content
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did; ``seconds`` by phase."""

    out: Path
    rendered: int
    files: int
    bytes: int
    sample: bool
    kept: int = 0
    pruned: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the report in the shape that ``build --json`` prints."""
        numbers = {key: getattr(self, key) for key in ("rendered", "kept", "pruned", "files", "bytes", "sample")}
        return {**numbers, "seconds": {phase: round(spent, 3) for phase, spent in self.seconds.items()}}


def gather(settings: Settings, latest: str) -> Gathered:
    """Read and merge everything, and check it as a whole; no date in content may come after ``latest``."""
    content = load_content(settings.paths)
    baseline = load_baseline(settings.paths)
    finding = find_unlisted(content, baseline)
    catalogue = merge(baseline, finding.usable)
    problems = [
        *content.problems,
        *finding.problems,
        *check_guides(finding.usable, baseline, catalogue, content, latest),
        *check_baseline(baseline, content),
    ]
    return Gathered(catalogue=catalogue, content=content, problems=tuple(sorted(set(problems))))


def build(settings: Settings, *, out: Path, today: str, latest: str) -> BuildReport:
    """Build the site into ``out``; the old site stays as it was unless all goes well.

    ``today`` is the ISO date as of which verifications are judged, ``latest`` the last one that content may name.
    """
    with hold_lock(settings.paths.work / "build.lock", "build"):
        check_target(out)
        recover(out)
        clock = _Clock()
        gathered = gather(settings, latest)
        refuse_errors(gathered.problems)
        clock.lap("load")
        assets = load_assets(settings.paths.templates / "static")
        names = {asset.name: asset.path for asset in assets}
        context = build_context(gathered.catalogue, gathered.content.editorial, settings, names, today)
        plan = plan_site(context)
        clock.lap("plan")
        renderer = Renderer(settings.paths.templates, context.site)
        rendered = {path: renderer.render(page) for path, page in plan.pages.items()}
        clock.lap("render")
        files = {asset.path: asset.data for asset in assets} | dict(plan.files) | rendered
        check_output(rendered, files.keys(), gathered.catalogue.ledger, settings.base_path)
        clock.lap("check")
        publish({file_of(path): data for path, data in files.items()}, out)
        clock.lap("publish")
    return BuildReport(
        out=out,
        rendered=len(rendered),
        files=len(files),
        bytes=sum(map(len, files.values())),
        sample=gathered.catalogue.sample,
        seconds=clock.seconds,
        warnings=gathered.problems,
    )


def publish(files: Mapping[str, bytes], out: Path) -> None:
    """Make ``out`` hold exactly ``files``, relative name → bytes; raises :class:`PublishError`."""
    with open_stage(out) as stage:
        stage.complete({}, {name: stage.write(name, data) for name, data in files.items()})
        stage.sync()
        stage.switch()


def refuse_errors(problems: tuple[Problem, ...]) -> None:
    """Raise :class:`InvalidError` with all problems where one of them is an error."""
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        message = f"{len(errors)} error{'s' if len(errors) > 1 else ''} in content or data; nothing was built"
        raise InvalidError(message, problems=problems)


class _Clock:
    """Seconds for each phase, on the monotonic clock."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, phase: str) -> None:
        now = time.perf_counter()
        self.seconds[phase] = now - self._last
        self._last = now
