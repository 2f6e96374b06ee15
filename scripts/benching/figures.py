"""The figures of a bench: what they are called, what they should be, and their statistics (pure)."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: The size of the real directory, and ten times that: the two for which there are targets.
SMALL, LARGE = 2566, 25660

#: What all builds are held against: the writing alone, the stricter of the two; and the process that does it.
FLOOR, FLOOR_PROCESS = "floor_writing", "floor_process"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row: its title, its unit, and its target by number of services (a ratio, where the unit is a build's).

    A ``build`` is seconds of a process, with a ratio to the floor; a ``save`` seconds with a 90th percentile.
    """

    title: str
    unit: Literal["floor", "build", "save", "memory"]
    targets: Mapping[int, float] = field(default_factory=dict)


_COLD = {SMALL: 4.5, LARGE: 4.5}
_ONE_GUIDE = {SMALL: 1.3, LARGE: 1.3}
_FIRST_EDIT = {SMALL: 1.6, LARGE: 1.6}
_FRESH = {SMALL: 0.05, LARGE: 0.1}
_MEMORY = {SMALL: 200e6, LARGE: 800e6}

FIGURES: Mapping[str, Figure] = {
    FLOOR: Figure(title="floor: writing alone", unit="floor"),
    FLOOR_PROCESS: Figure(title="floor: the whole process", unit="floor"),
    "clean": Figure(title="cold: build --clean", unit="build", targets=_COLD),
    "first": Figure(title="cold: first build, no site and no caches", unit="build", targets=_COLD),
    "unchanged": Figure(title="nothing changed", unit="build", targets={SMALL: 0.6, LARGE: 0.6}),
    "first_edit": Figure(title="one guide: the first edit after a cold build", unit="build", targets=_FIRST_EDIT),
    "sentence": Figure(title="one guide: a sentence of a step", unit="build", targets=_ONE_GUIDE),
    "verified": Figure(title="one guide: the day it was verified", unit="build", targets=_ONE_GUIDE),
    "layout": Figure(title="the layout of all pages", unit="build"),
    "saved_in_place": Figure(title="serve: saved in place → fresh page", unit="save", targets=_FRESH),
    "saved_by_rename": Figure(title="serve: saved by rename → fresh page", unit="save", targets=_FRESH),
    "memory_build": Figure(title="peak memory: first build", unit="memory", targets=_MEMORY),
    "memory_serve": Figure(title="peak memory: serve", unit="memory", targets=_MEMORY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came out for one project; ``values`` by figure, in seconds or bytes, none where it is not available."""

    services: int
    pages: int
    files: int
    bytes: int
    values: Mapping[str, Sequence[float]]

    def find_ratio(self, key: str, floor: str = FLOOR) -> float | None:
        """Return how many times a floor a build takes, median to median."""
        if FIGURES[key].unit != "build" or not self.values.get(key):
            return None
        return statistics.median(self.values[key]) / statistics.median(self.values[floor])

    def find_target(self, key: str) -> float | None:
        """Return what a figure should be at most, for a size that has targets."""
        return FIGURES[key].targets.get(self.services)

    def as_json(self) -> dict[str, Any]:
        """Return everything; a figure that is not available is null."""
        figures = {key: self._describe(key) for key in FIGURES}
        numbers = {key: getattr(self, key) for key in ("services", "pages", "files", "bytes")}
        return {**numbers, "figures": figures}

    def _describe(self, key: str) -> dict[str, Any] | None:
        values = self.values.get(key)
        if not values:
            return None
        figure = {
            "unit": "bytes" if FIGURES[key].unit == "memory" else "seconds",
            "median": statistics.median(values),
            "min": min(values),
            "max": max(values),
            "values": list(values),
        }
        extra = {
            "ratio": self.find_ratio(key),
            "ratio_to_process": self.find_ratio(key, FLOOR_PROCESS),
            "target": self.find_target(key),
        }
        if FIGURES[key].unit == "save":
            extra["percentile_90"] = find_percentile_90(values)
        return figure | {name: value for name, value in extra.items() if value is not None}


def find_percentile_90(values: Sequence[float]) -> float:
    """Return the value that nine in ten do not pass."""
    return statistics.quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]
