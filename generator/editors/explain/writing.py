"""Facts as JSON, and as lines for a person (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.editors.explain.derived import list_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.editors.explain.facts import Case, Fact, Place

#: How much of a value a line shows.
_WIDTH = 44


def as_json(case: Case, facts: Iterable[Fact]) -> dict[str, Any]:
    """Return the facts in the shape that ``explain --json`` prints."""
    service = case.service
    page, *others = list_pages(case)
    return {
        "slug": service.slug,
        "domain": service.domain,
        "page": page,
        "share_page": others[0] if others else None,
        "facts": [fact_as_json(fact) for fact in facts],
    }


def fact_as_json(fact: Fact) -> dict[str, Any]:
    """Return one fact as JSON; what is not known is null."""
    overrode = fact.overrode
    return {
        "fact": fact.fact,
        "value": fact.value,
        "layer": fact.layer,
        **_place_as_json(fact.place),
        "overrode": overrode and {"layer": overrode.layer, "value": overrode.value, **_place_as_json(overrode.place)},
        "from": list(fact.basis),
        "note": fact.note or None,
    }


def _place_as_json(place: Place | None) -> dict[str, Any]:
    return {
        "path": place.path if place else None,
        "line": (place.line or None) if place else None,
        "column": (place.column or None) if place else None,
    }


def as_text(case: Case, facts: Sequence[Fact]) -> str:
    """Return the facts in columns: the name, the value, its layer, and where it stands; below that what gave way."""
    rows = [(fact.fact, _shorten(fact.value), fact.layer, _say_place(fact)) for fact in facts]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [f"{case.service.name} ({case.service.domain}): {', '.join(list_pages(case))}", ""]
    for row, fact in zip(rows, facts, strict=True):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[3]]).rstrip())
        indent = " " * (widths[0] + 2)
        if fact.overrode:
            lines.append(f"{indent}{_say_loser(fact)}")
        if fact.note:
            lines.append(f"{indent}({fact.note})")
    return "\n".join(lines)


def _say_place(fact: Fact) -> str:
    if fact.place:
        return str(fact.place)
    return f"from {', '.join(fact.basis)}" if fact.basis else ""


def _say_loser(fact: Fact) -> str:
    loser = fact.overrode
    if loser is None:
        return ""
    where = f"{loser.layer}, {loser.place}" if loser.place else loser.layer
    if loser.value == fact.value:
        return f"says the same: {where}"
    return f"replaces {_shorten(loser.value)} ({where})"


def _shorten(value: Any) -> str:
    """Return a value as one short piece of text that a terminal only prints."""
    if isinstance(value, bool):
        text = "yes" if value else "no"
    elif isinstance(value, list):
        text = "; ".join(map(str, value)) if any(" " in str(item) for item in value) else ", ".join(map(str, value))
    else:
        text = "" if value is None else str(value)
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1].rstrip() + "…"
