"""What a fetch tells: for each source what happened, for programs and for people (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field

from generator.errors import DirectoryError, UnreachableError
from generator.formats.events import event_fields

if TYPE_CHECKING:
    from generator.model import Event
    from generator.upstream.moves import Suggestion

Status = Literal["updated", "unchanged", "refused", "unreachable", "rolled_back"]

#: Exit codes of failed sources, the worst first.
_WORST_FIRST = (6, 4, 3, 75)
_SHOWN = 20


class SourceReport(Struct, frozen=True, kw_only=True):
    """What happened to one source; ``sha256`` is that of the body as served, ``events`` type → number.

    ``changes`` are the events themselves, those of the 2FA Directory.
    """

    status: Status
    records: int | None = None
    sha256: str | None = None
    events: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    changes: tuple[Event, ...] = ()
    reason: str | None = None
    fix: str = ""
    exit_code: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the report of the source as ``fetch --json`` prints it."""
        return {
            "status": self.status,
            "records": self.records,
            "sha256": self.sha256,
            "events": dict(self.events),
            "warnings": list(self.warnings),
            "reason": self.reason,
            "changes": [event_fields(event) for event in self.changes],
            "suggestions": [suggestion.as_json() for suggestion in self.suggestions],
        }


def report_failure(error: DirectoryError, sha256: str | None, warnings: tuple[str, ...]) -> SourceReport:
    """Return the report of a source that was not taken over."""
    return SourceReport(
        status="unreachable" if isinstance(error, UnreachableError) else "refused",
        sha256=sha256,
        warnings=warnings,
        reason=error.message,
        fix=error.fix,
        exit_code=error.exit_code,
    )


class FetchReport(Struct, frozen=True, kw_only=True):
    """What happened in one fetch."""

    sources: Mapping[str, SourceReport]
    dry_run: bool = False

    @property
    def exit_code(self) -> int:
        """Return the worst exit code of the sources."""
        codes = {report.exit_code for report in self.sources.values()}
        return next((code for code in _WORST_FIRST if code in codes), 0)

    def as_json(self) -> dict[str, Any]:
        """Return the report as ``fetch --json`` prints it."""
        return {"sources": {source: report.as_json() for source, report in self.sources.items()}}

    def as_text(self) -> str:
        """Return the report for people: a few lines for each source."""
        lines = [line for source, report in self.sources.items() for line in _describe(source, report)]
        if self.dry_run:
            lines.append("This was a dry run: nothing was written.")
        return "\n".join(lines)


def _describe(source: str, report: SourceReport) -> list[str]:
    headline = f"{source}: {report.status.replace('_', ' ')}"
    if report.reason is not None:
        headline += f": {report.reason}"
    elif report.records is not None:
        headline += f", {report.records:,} records"
    if report.events:
        headline += f" ({', '.join(f'{number:,} {name}' for name, number in report.events.items())})"
    lines = [headline]
    if report.fix:
        lines.append(f"  → {report.fix}")
    lines += _shorten([f"  warning: {warning}" for warning in report.warnings], "warnings")
    lines += _shorten([f"  {suggestion.as_text()}" for suggestion in report.suggestions], "suggestions")
    return lines


def _shorten(lines: list[str], what: str) -> list[str]:
    left = len(lines) - _SHOWN
    return [*lines[:_SHOWN], f"  … and {left:,} {what} more (--json shows all)"] if left > 0 else lines
