"""A rebuild that never raises: what is wrong becomes something to show, and the last good site stays."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, NamedTuple

from generator.build.pipeline import build
from generator.build.spare import make_spare
from generator.errors import BusyError, DirectoryError, InvalidError
from generator.lock import hold_lock
from generator.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.build.live import LiveMemory
    from generator.build.report import BuildReport
    from generator.build.site import Order


class Outcome(NamedTuple):
    """What came of a rebuild: its report, or what is wrong in words and in detail; ``is_busy`` asks for another try."""

    seconds: float
    report: BuildReport | None
    message: str = ""
    problems: tuple[Problem, ...] = ()
    is_busy: bool = False

    @property
    def has_changed(self) -> bool:
        """Tell whether a browser has anything new to show."""
        return self.report is None or bool(self.report.rendered or self.report.pruned)


class Rebuilder:
    """Builds one project again and again. ``make_order`` says what, with the day that it is by then."""

    def __init__(self, make_order: Callable[[], Order], memory: LiveMemory) -> None:
        self._make_order, self._memory = make_order, memory
        self.base_path = ""
        self.last = Outcome(0.0, None, "There is no site yet.")

    def prepare(self) -> None:
        """Use an idle moment: write down what the next process will want to know, and have a tree ready for a save."""
        order = self._make_order()
        with contextlib.suppress(DirectoryError, OSError), self._lock(order):
            make_spare(self._memory.glance(str(order.root), str(order.out), is_clean=False))
        self._memory.flush()

    def _lock(self, order: Order) -> contextlib.AbstractContextManager[None]:
        return hold_lock(order.root / ".twofa" / "build.lock", "build")

    def rebuild(self) -> Outcome:
        """Build what has changed, and remember what came of it."""
        started = time.perf_counter()
        order = self._make_order()
        try:
            with self._lock(order):
                report = build(order, self._memory)
        except DirectoryError as error:
            found = error.problems if isinstance(error, InvalidError) else ()
            errors = tuple(problem for problem in found if problem.severity == "error")
            self.last = Outcome(
                time.perf_counter() - started, None, str(error), errors, is_busy=isinstance(error, BusyError)
            )
        else:
            self.base_path = report.base_path
            self.last = Outcome(time.perf_counter() - started, report)
        return self.last
