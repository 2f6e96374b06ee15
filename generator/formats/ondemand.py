"""A mapping whose values are parsed when they are asked for: a run that changes one page needs few records (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class OnDemand(Mapping[str, T]):
    """Key → the value that a text comes to. The texts are known to parse: the file was checked as a whole."""

    __slots__ = ("_parse", "_texts", "_values")

    def __init__(self, texts: Mapping[str, str], parse: Callable[[str], T]) -> None:
        self._texts = texts
        self._parse = parse
        self._values: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        try:
            return self._values[key]
        except KeyError:
            value = self._values[key] = self._parse(self._texts[key])
            return value

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def texts(self) -> Mapping[str, str]:
        """Return key → text: where it is the same, so is the value."""
        return self._texts
