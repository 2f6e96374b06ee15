"""Everything that a build starts from, as read: the one argument of the merge (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from generator.formats.ledger import Ledger
from generator.model import Curated, DirectoryRecord, Event, PasskeyRecord
from generator.problems import Problem


class Reference(Struct, frozen=True, kw_only=True):
    """A titled link that an answer or an introduction rests on."""

    title: str
    url: str


class Passage(Struct, frozen=True, kw_only=True):
    """Markdown with its sources: an answer of the FAQ (then with its question), an introduction of a method."""

    markdown: str
    question: str | None = None
    sources: tuple[Reference, ...] = ()


class Request(Struct, frozen=True, kw_only=True):
    """How to ask a service for 2FA in one language; ``{name}`` in it stands for the service."""

    subject: str
    message: str


class Suppression(Struct, frozen=True, kw_only=True):
    """A link that is left alone until an ISO date, that day included, with its place in the file."""

    url: str
    reason: str
    until: str
    line: int = 0
    column: int = 0


class Move(Struct, frozen=True, kw_only=True):
    """What became of a domain that left (None: nothing that is listed), with its place in the file."""

    old: str
    new: str | None
    line: int = 0
    column: int = 0


class Editorial(Struct, frozen=True, kw_only=True):
    """What people write for the whole site: names, introductions, the FAQ, the pages of text."""

    categories: Mapping[str, str]
    regions: Mapping[str, str]
    methods: Mapping[str, Passage]
    faq: tuple[Passage, ...]
    requests: Mapping[str, Request]
    pages: Mapping[str, str]


class Baseline(Struct, frozen=True, kw_only=True):
    """What upstream says: the records of both directories, the ledger and the history.

    ``sample`` is True for the embedded default. ``first`` and ``changed`` are ISO dates: the day of the first
    snapshot ever, and the day the contents last changed; the sample has neither. ``dead_links`` is address → ISO date
    since when an outside link has not worked, ``times`` when each source was last fetched and last changed.
    ``gap`` are the days between which nobody looked, if that was for long. ``settled`` are the domains of which editors
    say what has become of them.
    """

    directory: Mapping[str, DirectoryRecord]
    passkeys: Mapping[str, PasskeyRecord] = field(default_factory=dict)
    has_passkeys: bool = False
    ledger: Ledger = field(default_factory=Ledger)
    events: tuple[Event, ...] = ()
    first: str | None = None
    changed: str | None = None
    sample: bool = False
    dead_links: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    gap: tuple[str, str] | None = None
    settled: frozenset[str] = frozenset()


class Content(Struct, frozen=True, kw_only=True):
    """The curated files that are valid, the editorial texts, and everything that is wrong with the others.

    ``damaged`` are curated files with errors that still say which service they are for, and hold nothing else.
    """

    curated: tuple[Curated, ...]
    editorial: Editorial
    damaged: tuple[Curated, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    moves: tuple[Move, ...] = ()
    problems: tuple[Problem, ...] = ()
