"""A whole made-up project on disk: content, guides, templates, and ``data/`` as two real fetches leave it.

The content that belongs to no service, and the templates, are those of this checkout.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from scripts.benching.directory import build_directory, build_earlier
from scripts.benching.guides import build_guides
from scripts.benching.passkeys import build_passkeys
from scripts.benching.processes import CHECKOUT

if TYPE_CHECKING:
    from scripts.benching.processes import Twofa


SEED = 2566

#: The days of the two fetches. Guides bear dates before the later one, as of which every build of a bench is made.
FIRST_DAY, TODAY = "2025-03-03", "2025-10-06"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project and the number of services that its directory lists."""

    root: Path
    services: int

    @property
    def site(self) -> Path:
        """Where a build puts the site if nothing else is said."""
        return self.root / "site"

    @property
    def work(self) -> Path:
        """What builds keep between runs."""
        return self.root / ".twofa"

    @property
    def layout(self) -> Path:
        """The template that every page extends."""
        return self.root / "templates" / "layouts" / "base.html"

    @property
    def guides(self) -> Path:
        """The folder of the guides."""
        return self.root / "content" / "services"


def make_project(root: Path, services: int, twofa: Twofa, seed: int = SEED) -> Project:
    """Write a project of so many services into a new folder; always the same one."""
    random = Random(f"{seed} {services}")
    project = Project(root=root, services=services)
    root.mkdir(parents=True)
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    shutil.copytree(CHECKOUT / "content", root / "content", ignore=_leave_out_guides)
    project.guides.mkdir()
    today = build_directory(random, services)
    earlier, changed = build_earlier(random, today)
    passkeys = build_passkeys(random, today)
    _fetch(project, twofa, FIRST_DAY, {"2fa-directory": earlier, "passkeys": passkeys})
    slugs = _load_slugs(root)
    settled = {domain: slug for domain, slug in slugs.items() if domain not in changed}
    for name, text in build_guides(random, today, settled).items():
        (project.guides / name).write_text(text, "utf-8")
    _fetch(project, twofa, TODAY, {"2fa-directory": today, "passkeys": passkeys})
    return project


def _leave_out_guides(folder: str, _: list[str]) -> set[str]:
    return {"services"} if Path(folder) == CHECKOUT / "content" else set()


def _fetch(project: Project, twofa: Twofa, day: str, sources: dict[str, Any]) -> None:
    for source, value in sources.items():
        file = project.root / f"{source}.upstream.json"
        file.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
        twofa.run(project.root, "fetch", source, "--from", file, "--date", day)
        file.unlink()


def _load_slugs(root: Path) -> dict[str, str]:
    ledger = json.loads((root / "data" / "ledger.json").read_text("utf-8"))
    return {domain: row["slug"] for domain, row in ledger["services"].items()}
