"""Write the report of ``twofa links``: links by state, and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.formats.links import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.catalogue.places import Place
    from generator.editors.links.checking import Outcome
    from generator.formats.links import Link, State

_HEADINGS: dict[State, str] = {
    "dead": "Dead (failed on three days, and not worked since)",
    "failing": "Failing (dead unless they work again)",
    "unreachable": "Not reached (which says nothing of the page)",
    "blocked": "Blocked (the server refuses programs, so look in a browser)",
}
#: Of these, upstream's links are only counted: they come and go, and there is no file here to mend.
_COUNTED = frozenset({"failing", "unreachable", "blocked"})


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return the outcome in the shape that ``links --json`` prints."""
    shown = _find_shown(outcome)
    return {
        "asked": outcome.asked,
        "left": outcome.left,
        **{state: sum(link.state == state for link in shown.values()) for state in STATES},
        "suppressed": len(outcome.suppressed),
        "links": [
            {
                "url": url,
                "state": link.state,
                "status": link.status,
                "reason": link.reason,
                "asked": link.asked,
                "since": link.since,
                "failures": len(link.failures),
                "where": _list_where(outcome.places[url]),
            }
            for url, link in shown.items()
            if link.state != "ok"
        ],
        "moved": [
            {"url": url, "to": link.moved, "where": _list_where(outcome.places[url])}
            for url, link in shown.items()
            if link.moved
        ],
    }


def _find_shown(outcome: Outcome) -> dict[str, Link]:
    """Return what is known of the links that are not suppressed, in the order of their addresses."""
    return {url: outcome.links[url] for url in sorted(outcome.links.keys() - outcome.suppressed)}


def _list_where(places: tuple[Place, ...]) -> list[dict[str, Any]]:
    return [
        {"slug": place.slug, "fact": place.fact, "path": place.path, "line": place.line or None} for place in places
    ]


def as_text(outcome: Outcome) -> str:
    """Return the outcome for a person."""
    blocks = [block for state in _HEADINGS if (block := _write_state(outcome, state))]
    if moved := list(_write_moved(outcome)):
        blocks.append("\n".join(("Moved for good (to be changed in our files):", *moved)))
    return "\n\n".join((*blocks, _summarise(outcome)))


def _summarise(outcome: Outcome) -> str:
    links = _find_shown(outcome)
    counts = {state: sum(link.state == state for link in links.values()) for state in STATES}
    words: dict[State, str] = {
        "ok": "work",
        "failing": "failing",
        "dead": "dead",
        "unreachable": "not reached",
        "blocked": "blocked",
    }
    said = [f"{counts[state]:,} {word}" for state, word in words.items() if counts[state] or state == "ok"]
    if outcome.suppressed:
        said.append(f"{len(outcome.suppressed):,} left alone")
    later = f", {outcome.left:,} left for later" if outcome.left else ""
    return f"{len(outcome.places):,} links: {', '.join(said)}. Asked in this run: {outcome.asked:,}{later}."


def _write_state(outcome: Outcome, state: State) -> str:
    found = {url: link for url, link in _find_shown(outcome).items() if link.state == state}
    listed = {
        url: link
        for url, link in found.items()
        if state not in _COUNTED or any(place.path for place in outcome.places[url])
    }
    lines = [line for url, link in listed.items() for line in _write_link(url, link, outcome.places[url])]
    if others := len(found) - len(listed):
        lines.append(f"  {'and ' if listed else ''}{others:,} in upstream's records; --json lists them")
    return "\n".join((f"{_HEADINGS[state]}:", *lines)) if lines else ""


def _write_link(url: str, link: Link, places: tuple[Place, ...]) -> Iterator[str]:
    why = link.reason or f"status {link.status}"
    since = f", since {link.since}" if link.since else ""
    yield f"  {url} ({why}{since})"
    yield from (f"    {_write_place(place)}" for place in places)


def _write_place(place: Place) -> str:
    if place.path is None:
        return f"{place.slug}: {place.fact}, from upstream"
    at = f"{place.path}:{place.line}" if place.line else place.path
    return f"{at}: {place.fact}"


def _write_moved(outcome: Outcome) -> Iterator[str]:
    for url, link in _find_shown(outcome).items():
        ours = [place for place in outcome.places[url] if place.path]
        if link.moved and ours:
            yield f"  {url} → {link.moved}"
            yield from (f"    {_write_place(place)}" for place in ours)
