"""Report what a build did, for people and for machines."""

from __future__ import annotations

from typing import Any, NamedTuple


class BuildReport(NamedTuple):
    """Pages rendered and kept, files pruned, files and bytes of the site; ``seconds`` by phase; warnings as lines."""

    out: str
    rendered: int
    kept: int
    pruned: int
    files: int
    bytes: int
    sample: bool
    base_path: str
    seconds: dict[str, float]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report in the shape that ``build --json`` prints."""
        numbers = {key: getattr(self, key) for key in ("rendered", "kept", "pruned", "files", "bytes", "sample")}
        return {**numbers, "seconds": {phase: round(spent, 3) for phase, spent in self.seconds.items()}}

    def as_text(self) -> str:
        """Return the report as a line."""
        spent = ", ".join(f"{phase} {seconds:.2f} s" for phase, seconds in self.seconds.items())
        done = f"{self.rendered:,} pages rendered, {self.kept:,} kept, {self.pruned:,} files pruned"
        return f"{done}: {self.files:,} files, {self.bytes / 1e6:.1f} MB in {self.out} ({spent})"
