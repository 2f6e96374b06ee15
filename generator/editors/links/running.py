"""Ask many links at once, those of one host after each other."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from generator.formats.links import Answer

WORKERS = 24


def ask_all(urls: Iterable[str], ask: Callable[[str], Answer | None]) -> Iterator[tuple[str, Answer | None]]:
    """Yield each link with what came of asking it, as the answers come; links of one host in the order given.

    The threads never keep the program from ending.
    """
    groups = _group_by_host(urls)
    todo: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[str, Answer | BaseException | None]] = queue.SimpleQueue()
    for group in groups:
        todo.put(group)
    for number in range(min(WORKERS, len(groups))):
        threading.Thread(target=_work, args=(todo, ask, done), name=f"links {number}", daemon=True).start()
    for _ in range(sum(map(len, groups))):
        url, answer = done.get()
        if isinstance(answer, BaseException):
            raise answer
        yield url, answer


def _group_by_host(urls: Iterable[str]) -> list[list[str]]:
    """Return the links of each host; the hosts with the most links first, because they take longest."""
    groups: dict[str, list[str]] = {}
    for url in urls:
        groups.setdefault(_find_host(url), []).append(url)
    return sorted(groups.values(), key=len, reverse=True)


def _find_host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _work(
    todo: queue.SimpleQueue[list[str]],
    ask: Callable[[str], Answer | None],
    done: queue.SimpleQueue[tuple[str, Answer | BaseException | None]],
) -> None:
    while True:
        try:
            group = todo.get_nowait()
        except queue.Empty:
            return
        for url in group:
            try:
                done.put((url, ask(url)))
            except BaseException as error:  # noqa: BLE001 (raised again in the thread that waits)
                done.put((url, error))
