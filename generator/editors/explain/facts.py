"""A fact with where it comes from, and what it takes to tell that (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from generator.catalogue.inputs import Baseline
from generator.model import Curated, Event, Service
from generator.pages.context import Frame
from generator.pages.service_view import ServiceView

#: The layers besides those of the merge: what ``content/`` says of the whole site, what fetches have noted, what the
#: program works out, and what a page says where nobody has said anything.
SETTINGS = "settings"
LEDGER = "ledger"
HISTORY = "history"
DECISION = "decision"
DEFAULT = "default"


class Place(Struct, frozen=True):
    """A file, relative to the root, with line and column from 1; 0 means the file as a whole."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return ``path:line``, as far as it is known."""
        return f"{self.path}:{self.line}" if self.line else self.path


class Stated(Struct, frozen=True, kw_only=True):
    """What a layer says that does not count, because another layer's word does."""

    value: Any
    layer: str
    place: Place | None = None


class Fact(Struct, frozen=True, kw_only=True):
    """One fact of a page; its name is that of the merge's table, or of the key below it.

    ``basis`` names the facts that a decision was made from.
    """

    fact: str
    value: Any
    layer: str
    place: Place | None = None
    overrode: Stated | None = None
    note: str = ""
    basis: tuple[str, ...] = ()


class Case(Struct, frozen=True, kw_only=True):
    """One service with all that its facts come from.

    ``owner`` is the service whose account it signs in with, ``guides`` is domain → guide of the two, ``events`` its
    history, oldest first, ``view`` what its page prints.
    """

    service: Service
    view: ServiceView
    frame: Frame
    baseline: Baseline
    owner: Service | None = None
    guides: Mapping[str, Curated] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @property
    def guide(self) -> Curated | None:
        """The service's own guide."""
        return self.guides.get(self.service.domain)


def simplify(value: Any) -> Any:
    """Return a value of the model as JSON has it."""
    plain = msgspec.to_builtins(value)
    return list(plain) if isinstance(plain, tuple) else plain
