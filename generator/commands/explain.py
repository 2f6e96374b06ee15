"""``twofa explain``: say where each fact of a service's page comes from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build.gather import gather
from generator.catalogue.load import SERVICES, load_baseline
from generator.commands.printing import print_json
from generator.config import load_settings
from generator.editors.explain.explaining import explain as explain_case
from generator.editors.explain.files import ContentFiles, DataFiles
from generator.editors.explain.finding import build_case, find_service
from generator.editors.explain.writing import as_json, as_text
from generator.errors import InvalidError

if TYPE_CHECKING:
    import argparse


def explain(options: argparse.Namespace, *, root: str, today: str) -> int:
    """Print every fact of one service; an error in its guide is told besides, and the rest explained without it."""
    folder = Path(root)
    settings = load_settings(folder)
    baseline = load_baseline(settings.paths)
    gathered = gather(settings, today, today, baseline=baseline)
    service = find_service(options.slug, gathered.catalogue, gathered.usable)
    case = build_case(service, gathered, baseline, settings)
    content = ContentFiles(folder)
    facts = explain_case(case, content, DataFiles(settings.paths, is_sample=baseline.sample))

    def is_of(path: str) -> bool:
        named = service.curated_path or f"{SERVICES}/{service.slug}.yaml"
        return path == named or (path.startswith(f"{SERVICES}/") and content.find_domain(path) == service.domain)

    if options.json:
        print_json(as_json(case, facts))
    else:
        print(as_text(case, facts))
    errors = [problem for problem in gathered.problems if problem.severity == "error" and is_of(problem.path)]
    for problem in errors:
        print(problem, file=sys.stderr)
    return InvalidError.exit_code if errors else 0
