"""What a list of services is made of: rows, groups, the view; and how services become them (pure)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from generator.catalogue.decisions.text import Text, isolate
from generator.model import Verdict, find_method
from generator.pages import addresses
from generator.pages.page import Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.catalogue.decisions.summary import Summary
    from generator.catalogue.inputs import Reference
    from generator.pages.context import Context


class Row(Struct, frozen=True, kw_only=True):
    """A service in a list: its name with a link, its domain, the answer in a few words, a remark.

    ``words`` is what else a search finds it by, without being shown.
    """

    href: str
    name: Text
    domain: str
    answer: str
    remark: str = ""
    words: str = ""


class Group(Struct, frozen=True, kw_only=True):
    """Rows under one heading, with an anchor."""

    id: str
    heading: str
    rows: tuple[Row, ...]


class ListView(Struct, frozen=True, kw_only=True):
    """Everything that a list prints. ``search`` says whether the script may filter it by the words of a search.

    ``feed`` is the one of its changes, where it has one.
    """

    title: str
    description: str
    canonical: str
    heading: str
    intro: Markup
    references: tuple[Reference, ...]
    groups: tuple[Group, ...]
    indexes: tuple[tuple[str, tuple[Link, ...]], ...]
    more: Link | None
    search: bool
    feed: Link | None


NO_INTRO = Markup()


class Rows:
    """The row of each service, made when the first list shows it."""

    def __init__(self, context: Context) -> None:
        self._site = context.site
        self._rules = context.rules
        self._made: dict[str, Row] = {}

    def list_all(self, summaries: Iterable[Summary]) -> tuple[Row, ...]:
        """Return the rows of services, in their order."""
        return tuple(self._find(summary) for summary in summaries)

    def list_with_words(self, summaries: Iterable[Summary]) -> tuple[Row, ...]:
        """Return rows that a search also finds by the other names of the service."""
        rows = ((summary, self._find(summary)) for summary in summaries)
        return tuple(
            replace(row, words=" ".join(summary.other_names)) if summary.other_names else row for summary, row in rows
        )

    def list_with_exceptions(self, summaries: Iterable[Summary]) -> tuple[Row, ...]:
        """Return rows that name the regions where a service is not available."""
        rows = ((summary, self._find(summary)) for summary in summaries)
        return tuple(
            replace(row, remark=self._rules.name_regions(summary.regions)) if summary.regions else row
            for summary, row in rows
        )

    def split_by_verdict(self, summaries: Iterable[Summary]) -> tuple[Group, ...]:
        """Return the rows in groups: with 2FA, without, unknown."""
        by_verdict: dict[Verdict, list[Row]] = defaultdict(list)
        for summary in summaries:
            by_verdict[summary.verdict].append(self._find(summary))
        headings = (
            (Verdict.YES, "with-2fa", "With 2FA"),
            (Verdict.NO, "without-2fa", "Without 2FA"),
            (Verdict.UNKNOWN, "unknown", "Unknown"),
        )
        return tuple(
            Group(id=anchor, heading=heading, rows=tuple(by_verdict[verdict]))
            for verdict, anchor, heading in headings
            if by_verdict[verdict]
        )

    def _find(self, summary: Summary) -> Row:
        row = self._made.get(summary.domain)
        if row is None:
            row = self._made[summary.domain] = Row(
                href=self._site.href(addresses.service(summary.slug)),
                name=isolate(summary.name),
                domain=summary.domain,
                answer=_answer(summary),
            )
        return row


def _answer(summary: Summary) -> str:
    match summary.verdict:
        case Verdict.YES:
            return ", ".join(find_method(method).label for method in summary.method_ids)
        case Verdict.NO:
            return "No 2FA listed"
        case _:
            return "Unknown"


def build_list(  # noqa: PLR0913 (the parts of a list, all named)
    *,
    canonical: str,
    heading: str,
    description: str,
    groups: Sequence[Group],
    intro: Markup = NO_INTRO,
    references: tuple[Reference, ...] = (),
    indexes: tuple[tuple[str, tuple[Link, ...]], ...] = (),
    more: Link | None = None,
    search: bool = False,
    feed: Link | None = None,
) -> ListView:
    """Return what a list prints; groups without rows are left out."""
    return ListView(
        title=heading,
        description=description,
        canonical=canonical,
        heading=heading,
        intro=intro,
        references=references,
        groups=tuple(group for group in groups if group.rows),
        indexes=indexes,
        more=more,
        search=search,
        feed=feed,
    )
