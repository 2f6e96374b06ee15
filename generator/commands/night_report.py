"""What a night has done, for programs, for a mail and for a commit message (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from generator.catalogue.decisions.history import write_event
from generator.upstream.events import count_types

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.errors import DirectoryError
    from generator.model import Event
    from generator.upstream.report import FetchReport

#: Exit codes, the worst first; any other comes after these.
_WORST_FIRST = (6, 5, 4, 3, 75)

#: What the subject of a mail calls each kind of change.
_KINDS = {
    "added": "{} added",
    "removed": "{} removed",
    "renamed": "{} renamed",
    "moved": "{} moved",
    "merged": "{} merged",
    "gained_2fa": "{} gained 2FA",
    "lost_2fa": "{} lost 2FA",
    "methods_gained": "{} with new methods",
    "methods_lost": "{} with fewer methods",
}
_SHOWN = 60


class Step(Struct, frozen=True, kw_only=True):
    """One step: what its own report says, as JSON and as lines; with the error that ended it, if one did."""

    name: str
    exit_code: int = 0
    report: Mapping[str, Any] | None = None
    lines: tuple[str, ...] = ()
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the step as the report of the night holds it."""
        return {"exit_code": self.exit_code, "reason": self.reason, "report": self.report}


class Night(Struct, frozen=True, kw_only=True):
    """A whole night: the ISO date, the steps in their order, the sources that were taken over, what changed there."""

    date: str
    now: str
    steps: tuple[Step, ...]
    updated: tuple[str, ...] = ()
    changes: tuple[Event, ...] = ()

    @property
    def exit_code(self) -> int:
        """Return the worst exit code of the steps."""
        codes = [step.exit_code for step in self.steps if step.exit_code]
        return min(codes, key=lambda code: _WORST_FIRST.index(code) if code in _WORST_FIRST else 99, default=0)

    @property
    def subject(self) -> str:
        """Return one line that says the most important."""
        failed = [step.name for step in self.steps if step.exit_code]
        counts = count_types(event for event in self.changes if event.type in _KINDS)
        said = ", ".join(_KINDS[kind].format(f"{number:,}") for kind, number in counts.items())
        if not said:
            said = f"{' and '.join(self.updated)} updated" if self.updated else "nothing new"
        if failed:
            said = f"{' and '.join(failed)} failed" + (f"; {said}" if self.changes else "")
        return f"{self.date}: {said}"

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {
            "date": self.date,
            "started": self.now,
            "exit_code": self.exit_code,
            "subject": self.subject,
            "steps": {step.name: step.as_json() for step in self.steps},
        }

    def as_text(self) -> str:
        """Return the report for people: the subject, an empty line, what changed, what each step did."""
        return "\n".join([self.subject, "", *self._list_changes(), *self._list_steps()])

    def _list_changes(self) -> Iterator[str]:
        sentences = [said.text for event in self.changes if event.type in _KINDS and (said := write_event(event))]
        yield from sentences[:_SHOWN]
        if len(sentences) > _SHOWN:
            yield f"… and {len(sentences) - _SHOWN:,} more"
        if sentences:
            yield ""

    def _list_steps(self) -> Iterator[str]:
        for step in self.steps:
            if step.exit_code and step.reason:
                yield f"{step.name} failed with exit code {step.exit_code}: {step.reason}"
            yield from step.lines


def describe_fetch(report: FetchReport) -> Step:
    """Return the step of a fetch that came to its end, whatever became of its sources."""
    return Step(
        name="fetch",
        exit_code=report.exit_code,
        report=report.as_json(),
        lines=tuple(report.as_text().splitlines()),
    )


def describe_failure(name: str, error: DirectoryError, problems: tuple[str, ...] = ()) -> Step:
    """Return a step that an error has ended."""
    return Step(name=name, exit_code=error.exit_code, reason=str(error), lines=problems)
