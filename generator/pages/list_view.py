"""What a list of services is made of: rows, groups, the view; and how services become them (pure)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from generator.catalogue.decisions.text import Text, isolate
from generator.model import Verdict, find_method
from generator.pages import addresses
from generator.pages.page import Link, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.catalogue.decisions.summary import Summary
    from generator.catalogue.inputs import Reference
    from generator.pages.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A service in a list: its name with a link, its domain, the answer in a few words, a remark.

    ``words`` is what else a search finds it by, without being shown.
    """

    href: str
    name: Text
    domain: str
    answer: str
    remark: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows under one heading, with an anchor."""

    id: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """Everything that a list prints. ``search`` says whether the script may filter it by the words of a search."""

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


Rows = dict[str, Row]
NO_INTRO = Markup()


def build_rows(context: Context) -> Rows:
    """Return domain → row of every service."""
    site = context.site
    return {
        summary.domain: Row(
            href=site.href(addresses.service(summary.slug)),
            name=isolate(summary.name),
            domain=summary.domain,
            answer=_answer(summary),
        )
        for summary in context.summaries
    }


def _answer(summary: Summary) -> str:
    match summary.verdict:
        case Verdict.YES:
            return ", ".join(find_method(method).label for method in summary.method_ids)
        case Verdict.NO:
            return "No 2FA listed"
        case _:
            return "Unknown"


def split_by_verdict(summaries: Iterable[Summary], rows: Rows) -> list[Group]:
    """Return the rows in groups: with 2FA, without, unknown."""
    by_verdict: dict[Verdict, list[Row]] = defaultdict(list)
    for summary in summaries:
        by_verdict[summary.verdict].append(rows[summary.domain])
    headings = (
        (Verdict.YES, "with-2fa", "With 2FA"),
        (Verdict.NO, "without-2fa", "Without 2FA"),
        (Verdict.UNKNOWN, "unknown", "Unknown"),
    )
    return [
        Group(id=anchor, heading=heading, rows=tuple(by_verdict[verdict]))
        for verdict, anchor, heading in headings
        if by_verdict[verdict]
    ]


def build_list_page(  # noqa: PLR0913 (the parts of a list, all named)
    context: Context,
    *,
    path: str,
    heading: str,
    description: str,
    groups: Sequence[Group],
    intro: Markup = NO_INTRO,
    references: tuple[Reference, ...] = (),
    indexes: tuple[tuple[str, tuple[Link, ...]], ...] = (),
    more: Link | None = None,
    search: bool = False,
) -> Page:
    """Return the page of a list; groups without rows are left out."""
    view = ListView(
        title=heading,
        description=description,
        canonical=context.site.canonical(path),
        heading=heading,
        intro=intro,
        references=references,
        groups=tuple(group for group in groups if group.rows),
        indexes=indexes,
        more=more,
        search=search,
    )
    return Page(path=path, template="pages/list.html", source=view)
