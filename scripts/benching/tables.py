"""Figures as a table for people: plain text, or Markdown for ``docs/performance.md`` (pure)."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from scripts.benching.figures import FIGURES, FLOOR_PROCESS, Measured, find_percentile_90

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HEAD = ("", "median", "min–max", "90 % within", "× process", "× writing", "target")


def write_text(measured: Measured) -> str:
    """Return the figures of one project, in columns."""
    rows = [_HEAD, *_write_rows(measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([write_size(measured), "", *(line.rstrip() for line in lines)])


def write_markdown(measured: Measured, machine: Mapping[str, str | int], day: str, effort: str) -> str:
    """Return the figures of one project as a heading, where they come from, and a table."""
    rows = [_HEAD, ("---", *["---:"] * (len(_HEAD) - 1)), *_write_rows(measured)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"### {write_size(measured)}", "", f"{day}, {effort}. {write_machine(machine)}.", "", *lines])


def write_size(measured: Measured) -> str:
    """Return how large the project and its site are."""
    return (
        f"{measured.services:,} services: {measured.pages:,} pages, {measured.files:,} files, "
        f"{measured.bytes / 1e6:.1f} MB"
    )


def write_machine(machine: Mapping[str, str | int]) -> str:
    """Return the machine in a line."""
    memory = int(machine["memory_bytes"]) / 2**30
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {memory:.0f} GiB of memory; {machine['kernel']}, "
        f"{machine['python']}, {machine['file_system']}"
    )


def _write_rows(measured: Measured) -> list[tuple[str, ...]]:
    return [_write_row(measured, key) for key in FIGURES]


def _write_row(measured: Measured, key: str) -> tuple[str, ...]:
    figure, values = FIGURES[key], measured.values.get(key)
    target = measured.find_target(key)
    limit = "" if target is None else f"≤ {target:g}" if figure.unit == "build" else f"≤ {_write([target], key)}"
    if not values:
        return (figure.title, "not available", "", "", "", "", limit)
    ratio, process_ratio = measured.find_ratio(key), measured.find_ratio(key, FLOOR_PROCESS)
    return (
        figure.title,
        _write([statistics.median(values)], key),
        _write([min(values), max(values)], key),
        _write([find_percentile_90(values)], key) if figure.unit == "save" else "",
        "" if process_ratio is None else f"{process_ratio:.2f}",
        "" if ratio is None else f"{ratio:.2f}",
        limit,
    )


def _write(values: Sequence[float], key: str) -> str:
    """Return a value or a span with its unit."""
    match FIGURES[key].unit:
        case "memory":
            return f"{'–'.join(f'{value / 1e6:.0f}' for value in values)} MB"
        case "save":
            return f"{'–'.join(f'{value * 1000:.0f}' for value in values)} ms"
        case _:
            return f"{'–'.join(f'{value:.3f}' for value in values)} s"
