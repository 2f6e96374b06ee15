"""Run ``twofa links``: ask the links that are due, and record the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from generator.catalogue.gather import gather
from generator.catalogue.load import LINKS_FILE
from generator.catalogue.places import Place, list_places
from generator.catalogue.suppressions import find_suppressed
from generator.config import load_settings
from generator.editors.links.following import Asker
from generator.editors.links.hosts import Hosts
from generator.editors.links.record import Record
from generator.editors.links.running import ask_all
from generator.errors import InvalidError, UnreachableError, UsageError
from generator.formats.links import Link, is_due
from generator.lock import hold_lock
from generator.upstream.http import USER_AGENT
from generator.upstream.store import recover

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.catalogue.gather import Gathered
    from generator.config import Settings

#: Hosts that are asked once more to learn whether there is a network.
WITNESSES = 3

#: Which links are asked first; those that nobody asked stand between.
_URGENCY = {"failing": 0, "unreachable": 1, "dead": 3, "blocked": 4, "ok": 4}
_NEW = 2


class Wish(Struct, frozen=True, kw_only=True):
    """What a run is asked for.

    ``day`` is the ISO date that is stored, ``latest`` the last one that content may name. ``max_age`` is how many days
    an answer is good for, ``limit`` the most links that are asked; ``pause`` is in seconds. ``tick`` is told how many
    of how many links have been asked.
    """

    root: Path
    day: str
    latest: str
    max_age: int = 7
    limit: int | None = None
    pause: float = 1.0
    allow_private: bool = False
    tick: Callable[[int, int], None] = lambda _done, _all: None


class Outcome(Struct, frozen=True, kw_only=True):
    """What is known after a run: address → link, and address → every place where it stands.

    ``suppressed`` are addresses that are left alone; ``asked`` counts the links of this run, ``left`` those for later.
    """

    links: Mapping[str, Link]
    places: Mapping[str, tuple[Place, ...]]
    suppressed: frozenset[str]
    asked: int
    left: int


def check_links(wish: Wish) -> Outcome:
    """Ask the links that are due, and keep what came of it; nobody else may be at it.

    Raises :class:`BusyError`, :class:`InvalidError`, :class:`UsageError` on sample data, and :class:`UnreachableError`
    where nothing on the network answers.
    """
    settings = load_settings(wish.root)
    with hold_lock(settings.paths.work / "links.lock", "check of links"):
        recover(settings.paths)
        gathered = _gather(settings, wish)
        content = gathered.content
        places = list_places(gathered.catalogue, gathered.usable, content.editorial, settings)
        suppressed = find_suppressed(content.suppressions, wish.day).intersection(places)
        record = Record(settings.paths.data / LINKS_FILE, wish.day, places)
        due = find_due(record.links, places.keys() - suppressed, wish.day, wish.max_age)
        chosen = due[: wish.limit]
        agent = f"{USER_AGENT} (link check; +{settings.base_url})"
        _ask(record, chosen, wish, agent)
        return Outcome(
            links=record.links,
            places=places,
            suppressed=suppressed,
            asked=record.asked,
            left=len(due) - record.asked,
        )


def _gather(settings: Settings, wish: Wish) -> Gathered:
    gathered = gather(settings, wish.day, wish.latest)
    if gathered.catalogue.baseline.sample:
        message = "there is no real data yet, and the links of the sample are not asked"
        raise UsageError(message, fix="fetch the real data first: twofa fetch")
    errors = [problem for problem in gathered.problems if problem.severity == "error"]
    if errors:
        message = f"{len(errors)} error{'s' if len(errors) > 1 else ''} in content or data; no link was asked"
        raise InvalidError(message, problems=errors)
    return gathered


def find_due(links: Mapping[str, Link], urls: Iterable[str], day: str, max_age: int) -> list[str]:
    """Return the links to ask on an ISO date, the most urgent first."""

    def rank(url: str) -> tuple[int, str, str]:
        link = links.get(url)
        return (_URGENCY[link.state], link.asked, url) if link else (_NEW, "", url)

    return sorted((url for url in urls if is_due(links.get(url), day, max_age)), key=rank)


def _ask(record: Record, urls: list[str], wish: Wish, agent: str) -> None:
    """Ask links and note what came of it, whatever ends the run."""
    hosts = Hosts(wish.pause)
    asker = Asker(hosts, agent=agent, allow_private=wish.allow_private)
    try:
        for done, (url, answer) in enumerate(ask_all(urls, asker.ask), start=1):
            if answer is not None:
                record.note(url, answer)
            wish.tick(done, len(urls))
        if record.held and _has_witness(record, asker):
            record.trust()
    finally:
        hosts.close()
        if record.asked or not record.held:
            record.save()
    if record.held:
        _report_silence(record, len(urls))


def _has_witness(record: Record, asker: Asker) -> bool:
    """Tell whether a server answers that has answered before."""
    answers = (asker.ask(url) for url in _list_witnesses(record))
    return any(answer is None or answer.heard for answer in answers)


def _list_witnesses(record: Record) -> Iterator[str]:
    """Return the links of a few hosts that answered when they were last asked, the latest first."""
    links = {url: link for url, link in record.links.items() if link.status and url not in record.held}
    hosts: set[str | None] = set()
    for url in sorted(links, key=lambda url: (links[url].asked, url), reverse=True):
        host = urlsplit(url).hostname
        if host not in hosts and len(hosts) < WITNESSES:
            hosts.add(host)
            yield url


def _report_silence(record: Record, count: int) -> None:
    fix = "check the network, or try again later"
    if not record.asked:
        raise UnreachableError("nothing on the network answers; what is known of links is as it was", fix=fix)
    message = f"the network has gone: {record.asked:,} of {count:,} links were asked, the others are left for later"
    raise UnreachableError(message, fix=fix)
