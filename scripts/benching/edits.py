"""What an editor or a designer changes between two builds: a sentence, a date, a layout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scripts.benching.processes import BenchError

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.benching.project import Project

_FIRST_STEP = re.compile(r"^  steps:\n  - .*$", re.MULTILINE)
_VERIFIED = re.compile(r"^  date: \S+$", re.MULTILINE)
_LAST_DAY = date(2025, 9, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A file with its new text, the page that must show it, and what this page must then hold."""

    file: Path
    text: str
    address: str
    proof: str

    def save(self) -> None:
        """Write the file in place, as simple editors do."""
        self.file.write_text(self.text, "utf-8")

    def save_by_rename(self) -> None:
        """Write a file beside it and put that in its place, as careful editors do."""
        beside = self.file.with_name(f".{self.file.name}.new")
        beside.write_text(self.text, "utf-8")
        beside.replace(self.file)


class Editor:
    """Makes edits, no two of them alike, each to the next guide in turn."""

    def __init__(self, project: Project) -> None:
        self._project = project
        guides = sorted(project.guides.glob("*.yaml"))
        texts = {guide: guide.read_text("utf-8") for guide in guides}
        self._guides = [
            guide
            for guide, text in texts.items()
            if _FIRST_STEP.search(text) and _VERIFIED.search(text) and "\ndisputed:" not in text
        ]
        self._layout = project.layout.read_text("utf-8")
        self._count = 0

    def write_sentence(self) -> Edit:
        """Return an edit that adds a sentence to the first step of a guide."""
        guide = self._turn()
        sentence = f"Then wait {self._count} seconds."
        step = re.compile(r"( Then wait \d+ seconds\.)?$")
        text = _FIRST_STEP.sub(lambda found: step.sub(f" {sentence}", found[0], count=1), guide.read_text("utf-8"))
        return Edit(file=guide, text=text, address=_find_address(guide), proof=sentence)

    def write_verified(self) -> Edit:
        """Return an edit that moves the day on which a guide was verified."""
        guide = self._turn()
        text = guide.read_text("utf-8")
        day = _LAST_DAY - timedelta(days=self._count % 60)
        if f"date: {day}" in text:
            day -= timedelta(days=60)
        return Edit(
            file=guide, text=_VERIFIED.sub(f"  date: {day}", text), address=_find_address(guide), proof=str(day)
        )

    def write_layout(self) -> Edit:
        """Return an edit of the layout that every page has."""
        guide = self._turn()
        mark = f'<meta name="bench" content="{self._count}">'
        text = self._layout.replace("</head>", f"{mark}\n</head>")
        return Edit(file=self._project.layout, text=text, address=_find_address(guide), proof=mark)

    def check_built(self, edit: Edit) -> None:
        """Raise :class:`BenchError` where the page on disk does not show the edit."""
        page = self._project.site / edit.address.strip("/") / "index.html"
        if edit.proof not in page.read_text("utf-8"):
            message = f"{page.relative_to(self._project.root)} does not show the change of {edit.file.name}"
            raise BenchError(message)

    def _turn(self) -> Path:
        self._count += 1
        return self._guides[self._count % len(self._guides)]


def _find_address(guide: Path) -> str:
    """Return the address of a guide's page; made-up guides are named after it."""
    return f"/2fa-directory/{guide.stem}/"
