"""A rebuild that never raises: what is wrong becomes something to show, and the last good site stays."""

from __future__ import annotations

import contextlib
import gc
import time
import zlib
from typing import TYPE_CHECKING, NamedTuple

from generator.build.existing import find_fresh
from generator.build.holding import hold_output
from generator.build.pipeline import build, read_ahead
from generator.build.spare import make_spare
from generator.build.trees import find_tree_id
from generator.config import Paths
from generator.errors import BusyError, DirectoryError, InvalidError
from generator.problems import Problem
from generator.project import check_project
from generator.upstream.store import recover

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from generator.build.existing import Existing
    from generator.build.live import LiveMemory
    from generator.build.report import BuildReport
    from generator.build.site import Order


class Outcome(NamedTuple):
    """What came of a rebuild: its report, or what is wrong in words and in detail; ``is_busy`` asks for another try.

    ``warnings`` are those that were found beside the ``problems``, which keep a site from being built.
    """

    seconds: float
    report: BuildReport | None
    message: str = ""
    problems: tuple[Problem, ...] = ()
    is_busy: bool = False
    warnings: tuple[Problem, ...] = ()


class Rebuilder:
    """Builds one project again and again. ``make_order`` says what, with the day that it is by then."""

    def __init__(self, make_order: Callable[[], Order], memory: LiveMemory) -> None:
        self._make_order, self._memory = make_order, memory
        self.base_path = ""
        #: What the last look at inputs and output showed.
        self.seen: Existing | None = None
        self.last = Outcome(0.0, None, "There is no site yet.")
        #: What stands for all that a browser is shown: equal only where nothing differs.
        self.shown = ""

    def rebuild(self, names: Collection[str]) -> Outcome:
        """Build what has changed, and remember what came of it; ``names`` are the files that are said to be others."""
        started = time.perf_counter()
        order = self._make_order()
        try:
            # Before anything is written, which would put back a folder that is just being removed.
            check_project(order.root)
            recover(Paths(root=order.root))
            with hold_output(order.out):
                report = self._build(order, names)
        except DirectoryError as error:
            found = error.problems if isinstance(error, InvalidError) else ()
            errors = tuple(problem for problem in found if problem.severity == "error")
            warnings = tuple(problem for problem in found if problem.severity == "warning")
            is_busy = isinstance(error, BusyError)
            self.last = Outcome(time.perf_counter() - started, None, str(error), errors, is_busy, warnings)
        except OSError as error:
            # A file went away between one look and the next; whoever took it away makes another change.
            message = f"{error.filename or 'a file'} could not be read or written ({error.strerror or error})"
            self.last = Outcome(time.perf_counter() - started, None, message)
        else:
            self.base_path = report.base_path
            self.last = Outcome(time.perf_counter() - started, report)
        if not self.shown:
            # What the first build made stays; to look through it for garbage would take longer than a save.
            gc.freeze()
        self.shown = self._find_shown(order)
        return self.last

    def _build(self, order: Order, names: Collection[str]) -> BuildReport:
        self._memory.doubt(names)
        existing = self._look(order)
        if existing.current:
            # Known before the first build of this run, which may fail.
            self.base_path = existing.current.report["base_path"]
        if fresh := find_fresh(existing, today=order.today, base_url=order.base_url):
            self._memory.trust(existing)
            return fresh
        return build(order, existing)

    def prepare(self) -> None:
        """Use an idle moment: write down what the next process will want to know, and be ready for a save."""
        order = self._make_order()
        with contextlib.suppress(DirectoryError, OSError):
            check_project(order.root)
            with hold_output(order.out):
                existing = self._look(order)
                make_spare(existing)
                read_ahead(order, existing)
        self.flush()
        gc.collect()
        gc.freeze()

    def flush(self) -> None:
        """Write down what the next process will want to know, unless the project has gone."""
        try:
            check_project(self._make_order().root)
        except (DirectoryError, OSError):
            return
        self._memory.flush()

    def _look(self, order: Order) -> Existing:
        self.seen = self._memory.look(order.out)
        return self.seen

    def _find_shown(self, order: Order) -> str:
        tree = None
        with contextlib.suppress(OSError):
            tree = find_tree_id(order.out)
        warnings = self.last.report.warnings if self.last.report else self.last.warnings
        return f"{tree} {zlib.crc32(repr((self.last.message, self.last.problems, warnings)).encode()):x}"
