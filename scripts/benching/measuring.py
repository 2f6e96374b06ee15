"""Take every figure of one project, several times in turn, and check that what was built is right."""

from __future__ import annotations

import filecmp
import json
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from scripts.benching import floor
from scripts.benching.edits import Edit, Editor
from scripts.benching.figures import FLOOR, FLOOR_PROCESS, Measured
from scripts.benching.memory import PeakMemory, is_measurable
from scripts.benching.packing import pack_site
from scripts.benching.processes import BenchError, Finished, Twofa, raise_failed, run_process, start_process
from scripts.benching.project import TODAY, Project
from scripts.benching.serving import Server, measure_save, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

_WAYS_TO_SAVE: dict[str, Callable[[Edit], None]] = {
    "saved_in_place": Edit.save,
    "saved_by_rename": Edit.save_by_rename,
}
_SAVES_FOR_MEMORY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How often everything is measured."""

    rounds: int
    saves: int


def measure_project(project: Project, twofa: Twofa, effort: Effort, tell: Callable[[str], None]) -> Measured:
    """Return the figures of a project; raises :class:`BenchError` where a build is not what it should be.

    What the program does not offer, and what the system does not tell, has no values.
    """
    bench = Bench(project, twofa)
    values: dict[str, list[float]] = defaultdict(list)
    report = json.loads(bench.build("--json").output)
    pack_site(project.site, bench.packed)
    for number in range(1, effort.rounds + 1):
        tell(f"round {number} of {effort.rounds}")
        for key, value in bench.measure_round():
            values[key].append(value)
    if twofa.offers("serve"):
        tell("saving while twofa serve runs")
        for key, value in bench.measure_serving(effort.saves):
            values[key].append(value)
    tell("comparing the site with a clean build")
    bench.check_site()
    return Measured(
        services=project.services,
        pages=report["rendered"],
        files=report["files"],
        bytes=report["bytes"],
        values=dict(values),
    )


class Bench:
    """The steps on one project. What they leave lies beside it, on the same file system."""

    def __init__(self, project: Project, twofa: Twofa) -> None:
        self.packed = project.root.with_name("packed-site")
        self._project = project
        self._twofa = twofa
        self._editor = Editor(project)
        self._has_clean = twofa.offers("build", "--clean")

    def build(self, *options: str | Path) -> Finished:
        """Build the site."""
        return self._twofa.run(self._project.root, "build", "--date", TODAY, *options)

    def measure_round(self) -> Iterator[tuple[str, float]]:
        """Measure everything but serving once, and yield the figures by key."""
        yield from self._measure_floor()
        self._forget_builds()
        yield "first", self.build().seconds
        if self._has_clean:
            yield "clean", self.build("--clean").seconds
        yield "unchanged", self.build().seconds
        edits = {
            "first_edit": self._editor.write_sentence(),
            "sentence": self._editor.write_sentence(),
            "verified": self._editor.write_verified(),
            "layout": self._editor.write_layout(),
        }
        for key, edit in edits.items():
            edit.save()
            yield key, self.build().seconds
            self._editor.check_built(edit)
        if is_measurable():
            self._forget_builds()
            yield "memory_build", self._watch_build()

    def _measure_floor(self) -> Iterator[tuple[str, float]]:
        out = self._project.root.with_name("floor")
        done = run_process((sys.executable, "-I", "-S", floor.__file__, self.packed, out))
        yield FLOOR_PROCESS, done.seconds
        yield FLOOR, float(done.output)
        shutil.rmtree(out)

    def _forget_builds(self) -> None:
        site = self._project.site
        for folder in (site, self._project.work, *site.parent.glob(f".{site.name}.*")):
            shutil.rmtree(folder, ignore_errors=True)

    def _watch_build(self) -> int:
        """Return the peak memory of a first build, which is not timed: looking at it slows it down."""
        argv = self._twofa.argv(self._project.root, "build", "--date", TODAY)
        with start_process(argv, subprocess.DEVNULL) as process, PeakMemory(process.pid) as memory:
            code = process.wait()
        if code:
            raise_failed(argv, code, "while its memory was watched")
        return memory.bytes

    def measure_serving(self, saves: int) -> Iterator[tuple[str, float]]:
        """Save guides while the server runs, and yield the figures by key; memory in a session of its own."""
        with self._serve() as server:
            server.wait_until_ready()
            yield from self._save(server, saves)
        if is_measurable():
            with self._serve() as server, PeakMemory(server.process.pid) as memory:
                server.wait_until_ready()
                for _ in self._save(server, _SAVES_FOR_MEMORY):
                    pass
            yield "memory_serve", memory.bytes

    def _serve(self) -> AbstractContextManager[Server]:
        return serve(self._twofa, self._project.root, self._project.root.with_name("serve.log"))

    def _save(self, server: Server, saves: int) -> Iterator[tuple[str, float]]:
        """Save so often in each way, with pauses that differ, so that no watcher is met always at the same moment."""
        random = Random(saves)
        for _ in range(saves):
            for key, save in _WAYS_TO_SAVE.items():
                time.sleep(random.uniform(0.3, 0.6))
                yield key, measure_save(server.visitor, self._editor.write_sentence(), save)

    def check_site(self) -> None:
        """Raise :class:`BenchError` where the site, after all edits, differs from a clean build of the same."""
        self.build()
        out = self._project.root.with_name("clean-build")
        self.build("--out", out, *(["--clean"] if self._has_clean else []))
        difference = find_difference(self._project.site, out)
        if difference:
            message = f"the site differs from a clean build: {difference}"
            raise BenchError(message)


def find_difference(one: Path, other: Path) -> str | None:
    """Return the first name that two folders do not hold alike, byte for byte, or None."""
    names, other_names = ({path.relative_to(top) for path in top.rglob("*")} for top in (one, other))
    for name in sorted(names | other_names):
        if name not in names or name not in other_names:
            return str(name)
        file, twin = one / name, other / name
        if file.is_dir() != twin.is_dir() or (file.is_file() and not filecmp.cmp(file, twin, shallow=False)):
            return str(name)
    return None
