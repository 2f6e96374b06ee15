"""``twofa explain``: say where each fact of a service's page comes from."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from generator.catalogue.gather import gather
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

    from generator.commands.call import Call


def explain(options: argparse.Namespace, call: Call) -> int:
    """Print every fact of one service; an error in its guide is told besides, and the rest explained without it."""
    settings = load_settings(call.root)
    baseline = load_baseline(settings.paths)
    gathered = gather(settings, call.today, call.today, baseline=baseline)
    service = find_service(options.slug, gathered.catalogue, gathered.usable)
    case = build_case(service, gathered, baseline, settings)
    content = ContentFiles(call.root)
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
