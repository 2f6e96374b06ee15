"""``twofa fetch``: refresh the snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.catalogue.belonging import find_unlisted
from generator.catalogue.inputs import Baseline
from generator.catalogue.load import load_content, load_names
from generator.catalogue.merge import merge
from generator.commands.printing import print_json
from generator.config import load_settings
from generator.errors import UsageError
from generator.pages.context import build_context
from generator.pages.plan import find_published
from generator.upstream import refresh

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from generator.config import Settings
    from generator.formats.ledger import Ledger, Published
    from generator.model import DirectoryRecord, PasskeyRecord
    from generator.upstream.report import FetchReport


def fetch(options: argparse.Namespace, *, root: str, today: str, now: str) -> int:
    """Refresh the snapshots, or take back the last refresh; the exit code tells the worst that happened to a source."""
    settings = load_settings(Path(root))
    if options.rollback:
        if options.origin or options.accept or options.dry_run:
            raise UsageError("--rollback takes back the last refresh", fix="leave out --from, --accept and --dry-run")
        report = refresh.roll_back(settings, sources=options.sources, date=today, now=now)
    else:
        report = refresh_sources(options, settings, today=today, now=now)
    if options.json:
        print_json(report.as_json())
    else:
        print(report.as_text())
    return report.exit_code


def refresh_sources(options: argparse.Namespace, settings: Settings, *, today: str, now: str) -> FetchReport:
    """Refresh the sources that the arguments name."""
    return refresh.fetch(
        settings,
        sources=options.sources,
        origin=options.origin,
        date=today,
        now=now,
        dry_run=options.dry_run,
        give_up_after=options.give_up_after,
        accept=options.accept,
        known_categories=frozenset(load_names(settings.paths, "categories")),
        find_published=plan_published(settings),
    )


def plan_published(
    settings: Settings,
) -> Callable[[Mapping[str, DirectoryRecord], Mapping[str, PasskeyRecord], Ledger], Published]:
    """Return the function by which a refresh learns what a build of its records would publish."""
    content = load_content(settings.paths)

    def find(
        directory: Mapping[str, DirectoryRecord], passkeys: Mapping[str, PasskeyRecord], ledger: Ledger
    ) -> Published:
        baseline = Baseline(directory=directory, passkeys=passkeys, has_passkeys=bool(passkeys), ledger=ledger)
        catalogue = merge(baseline, find_unlisted(content.curated, baseline).usable)
        return find_published(build_context(catalogue, content.editorial, settings, {}))

    return find
