"""``twofa todo``: gather the queues of what needs an editor, and print them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from generator.catalogue.decisions.summary import summarise
from generator.catalogue.gather import gather
from generator.catalogue.todo import QUEUES, Item, list_items
from generator.config import load_settings
from generator.errors import InvalidError
from generator.pages.context import build_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

#: How many rows of a queue are printed unless all are asked for.
ENOUGH = 20


def find_items(root: Path, today: str) -> tuple[Item, ...]:
    """Return everything that needs an editor on the ISO date ``today``.

    Raises :class:`InvalidError` where content or data have errors: what a broken file says is not known.
    """
    settings = load_settings(root)
    gathered = gather(settings, today, today)
    errors = [problem for problem in gathered.problems if problem.severity == "error"]
    if errors:
        count = f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
        message = f"{count} in content or data must be mended before everything else"
        raise InvalidError(message, problems=errors, fix="twofa check shows each with its line")
    catalogue, rules = gathered.catalogue, build_rules(gathered.content.editorial, settings)
    summaries = [summarise(service, rules) for service in catalogue.services]
    return list_items(
        summaries, gathered.problems, catalogue.unnamed, settings.wanted, catalogue.baseline.ledger, catalogue.claims
    )


def as_json(items: Iterable[Item]) -> dict[str, Any]:
    """Return the items in the shape that ``todo --json`` prints."""
    return {"items": [asdict(item) for item in items]}


def as_text(items: Sequence[Item], *, is_whole: bool) -> str:
    """Return the queues for a person; of long ones the beginning, unless it is to be the whole."""
    if not items:
        return "Nothing needs an editor."
    queues = groupby(items, key=lambda item: item.reason)
    return "\n\n".join("\n".join(_write_queue(reason, list(group), is_whole)) for reason, group in queues)


def _write_queue(reason: str, items: list[Item], is_whole: bool) -> Iterator[str]:
    heading, advice = QUEUES[reason]
    yield f"{heading} ({len(items):,}) [{reason}]"
    yield f"  {advice}"
    shown = items if is_whole else items[:ENOUGH]
    width = max(len(item.path) for item in shown)
    for item in shown:
        yield f"  {item.path:{width}}  {item.detail}".rstrip()
    if len(items) > len(shown):
        yield f"  … and {len(items) - len(shown):,} more: twofa todo --all"
