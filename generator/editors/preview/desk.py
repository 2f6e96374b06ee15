"""What the preview knows of a page beside what it shows: the file it is written in, its problems, its facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.catalogue.gather import gather
from generator.catalogue.load import SERVICES, load_content
from generator.catalogue.merge import find_stale_day, group_events, merge_some
from generator.config import Paths, load_settings
from generator.editors.explain.explaining import explain
from generator.editors.explain.files import ContentFiles, DataFiles
from generator.editors.explain.finding import assemble_case, build_case
from generator.editors.explain.writing import as_json
from generator.errors import DirectoryError
from generator.pages import addresses
from generator.pages.context import build_frame
from generator.pages.repository import link_edit, link_new_guide

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.build.brief import Brief
    from generator.build.inputs import Mark
    from generator.build.live import LiveMemory
    from generator.build.site import Order
    from generator.catalogue.inputs import Baseline
    from generator.config import Settings
    from generator.editors.explain.facts import Case
    from generator.editors.preview.rebuilding import Rebuilder
    from generator.problems import Problem

#: The files of ``content/`` that pages are written in; an address ends with a slash where all pages below it are meant.
_FILES: Mapping[str, str] = {
    addresses.FAQ: "content/faq.yaml",
    addresses.METHODOLOGY: "content/pages/methodology.md",
    addresses.ATTRIBUTION: "content/pages/attribution.md",
    f"{addresses.DIRECTORY}category/": "content/categories.yaml",
    f"{addresses.DIRECTORY}method/": "content/methods.yaml",
    f"{addresses.DIRECTORY}region/": "content/regions.yaml",
}
_OF_SERVICES = (addresses.service(""), addresses.share(""))


class Draft(NamedTuple):
    """What an editor wants to know of a page.

    ``path`` is the file of ``content/`` that it is written in; where there is none yet, ``domain`` says whose page it
    is. ``place`` is that file on this machine, ``href`` the same in the repository. ``slug`` is known where the page
    has facts that can be explained. ``problems`` are warnings of this file, ``error_count`` counts what else is wrong
    with it.
    """

    path: str | None = None
    domain: str | None = None
    place: Path | None = None
    href: str | None = None
    slug: str | None = None
    problems: tuple[Problem, ...] = ()
    error_count: int = 0


class Desk:
    """Looks into the memory of the builds, at the moment when somebody looks at a page."""

    def __init__(self, make_order: Callable[[], Order], memory: LiveMemory, rebuilder: Rebuilder) -> None:
        self._make_order, self._memory, self._rebuilder = make_order, memory, rebuilder
        self._paths = Paths(root=make_order().root)
        self._content = ContentFiles(self._paths.root)
        self._data: tuple[object, DataFiles] | None = None

    # --- Drafts -------------------------------------------------------------------------------------------------------

    def find_draft(self, path: str) -> Draft:
        """Return what is known of the page at a path, which comes without the path of the base URL."""
        slug = _find_slug(path)
        brief = self._find_brief()
        domain = self._find_domain(slug, brief) if slug and brief else None
        if slug and brief and domain:
            guide = _find_guide(domain, brief)
            name, href = guide or f"{SERVICES}/{slug}.yaml", self._link(guide, f"{SERVICES}/{slug}.yaml", domain)
            # One that can't be read was not part of the build: then it is there all the same.
            is_there = guide is not None or (self._paths.root / name).is_file()
        else:
            name = next((file for start, file in _FILES.items() if path.startswith(start)), "")
            slug, href, is_there = None, self._link(name) if name else None, bool(name)
        if not is_there:
            return Draft(domain=domain, href=href, slug=slug)
        last = self._rebuilder.last
        warnings = (brief.problems if brief else ()) if last.report else last.warnings
        return Draft(
            path=name,
            domain=domain,
            place=self._paths.root / name,
            href=href,
            slug=slug,
            problems=tuple(problem for problem in warnings if problem.path == name),
            error_count=sum(problem.path == name for problem in last.problems),
        )

    def _find_brief(self) -> Brief | None:
        return self._memory.find_current(self._make_order().out)

    def _find_domain(self, slug: str, brief: Brief) -> str | None:
        listed = next((summary.domain for summary in brief.services if summary.slug == slug), None)
        if listed or not brief.removed:
            return listed
        baseline = self._find_baseline()
        rows = baseline.ledger.services if baseline else {}
        return next((domain for domain in brief.removed if domain in rows and rows[domain].slug == slug), None)

    def _link(self, path: str | None, begun: str = "", domain: str = "") -> str | None:
        """Return where a file is edited in the repository, or where the guide of a domain is begun there."""
        settings = self._load_settings()
        if settings is None:
            return None
        return link_edit(settings, path) if path else link_new_guide(settings, begun, domain)

    # --- Facts --------------------------------------------------------------------------------------------------------

    def explain(self, slug: str) -> dict[str, Any] | None:
        """Return the facts of a service's page, in the shape of ``explain --json``, with links and names of layers.

        None where nobody has that slug, or where what is shown is not what the files say.
        """
        brief, settings = self._find_brief(), self._load_settings()
        domain = self._find_domain(slug, brief) if brief else None
        if brief is None or settings is None or domain is None or self._rebuilder.last.report is None:
            return None
        try:
            case = self._build_case(domain, brief, settings)
        except DirectoryError:
            # Something was saved a moment ago; the next build tells what is wrong.
            return None
        if case is None:
            return None
        told = as_json(case, explain(case, self._content, self._find_data(case.baseline)))
        for fact in told["facts"]:
            fact["href"] = fact["path"] and link_to_editor(self._paths.root / fact["path"], fact["line"] or 1)
        return told | {"layers": _name_layers(settings)}

    def _build_case(self, domain: str, brief: Brief, settings: Settings) -> Case | None:
        baseline, today = self._find_baseline(), self._make_order().today
        if baseline is None:
            return None
        if domain in brief.removed:
            gathered = gather(settings, today, today, baseline=baseline, cache=self._memory.find_cache(self._marks))
            return build_case(gathered.catalogue.by_domain()[domain], gathered, baseline, settings)
        content = load_content(self._paths, self._memory.find_cache(self._marks), self._list_guides([domain], brief))
        owners = [guide.account for guide in content.curated if guide.account]
        lent = load_content(self._paths, self._memory.find_cache(self._marks), self._list_guides(owners, brief))
        guides = {guide.domain: guide for guide in (*lent.curated, *content.curated)}
        history = group_events(baseline.events)
        services = merge_some(
            [domain],
            guides,
            baseline,
            {summary.domain: summary.slug for summary in brief.services},
            history,
            stale_before=find_stale_day(today, settings.limits.stale_after_days),
        )
        if domain not in services:
            return None
        owner = services.get(services[domain].account or "")
        frame = build_frame(brief.site, content.editorial, settings)
        return assemble_case(services[domain], owner, guides, baseline, history.get(domain, ()), frame)

    def _list_guides(self, domains: list[str], brief: Brief) -> list[str]:
        return [guide for domain in domains if (guide := _find_guide(domain, brief))]

    # --- Out of memory ------------------------------------------------------------------------------------------------

    @property
    def _marks(self) -> Mapping[str, Mark]:
        return self._rebuilder.seen.marks if self._rebuilder.seen else {}

    def _find_baseline(self) -> Baseline | None:
        try:
            return self._memory.find_baseline(self._marks)
        except DirectoryError:
            return None

    def _find_data(self, baseline: Baseline) -> DataFiles:
        if self._data is None or self._data[0] is not baseline:
            self._data = baseline, DataFiles(self._paths, is_sample=baseline.sample)
        return self._data[1]

    def _load_settings(self) -> Settings | None:
        try:
            return load_settings(self._paths.root, cache=self._memory.find_cache(self._marks))
        except DirectoryError:
            return None


def link_to_editor(place: Path, line: int) -> str:
    """Return the address by which the system opens a file in an editor that listens to ``vscode:``."""
    return f"vscode://file{place.absolute().as_uri().removeprefix('file://')}:{line}"


def _find_slug(path: str) -> str | None:
    """Return the slug in the address of a service's page."""
    for start in _OF_SERVICES:
        slug = path.removeprefix(start[:-1]).removesuffix("/")
        if path.startswith(start[:-1]) and slug and "/" not in slug:
            return slug
    return None


def _find_guide(domain: str, brief: Brief) -> str | None:
    return next((path for path, note in brief.guides.items() if note.domain == domain), None)


def _name_layers(settings: Settings) -> dict[str, str]:
    """Return what readers of the marks call each layer."""
    return {
        **{source.id: source.name for source in settings.sources.values()},
        "curated": "Guide",
        "settings": "Settings",
        "ledger": "Ledger",
        "history": "History",
        "decision": "Derived",
        "default": "Default",
    }
