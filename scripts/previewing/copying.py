"""A folder of pages that a browser opens from the disk: links to what is in it are relative, others go to the site."""

from __future__ import annotations

import html
import posixpath
import re
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scripts.previewing.differences import path_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from scripts.previewing.differences import Changes

_LINK = re.compile(r'(?<= )(href|src|action|data-index)="(/[^"]*)"')

_INDEX = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Changed pages</title>
</head>
<body>
<h1>Changed pages</h1>
<ul>
{rows}
</ul>
</body>
</html>
"""


def write_preview(changes: Changes, site: Path, folder: Path, base_url: str) -> None:
    """Write the pages that came or changed, with the static files they need and a list of them, into a new folder."""
    pages = set(changes.shown)
    names = pages | {path.relative_to(site).as_posix() for path in (site / "assets").rglob("*") if path.is_file()}
    for name in sorted(names):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name in pages:
            text = (site / name).read_text("utf-8")
            target.write_text(make_portable(text, name, names, base_url), "utf-8")
        else:
            shutil.copyfile(site / name, target)
    rows = "\n".join(
        f'<li><a href="{html.escape(name)}">{html.escape(path_of(name))}</a></li>' for name in sorted(pages)
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "changed-pages.html").write_text(_INDEX.format(rows=rows or "<li>None</li>"), "utf-8")


def _list_page(name: str) -> str:
    return f'<li><a href="{html.escape(name)}">{html.escape(path_of(name))}</a></li>'


def make_portable(text: str, name: str, names: Collection[str], base_url: str) -> str:
    """Return a page with links that work from the disk; ``names`` are the files that lie there too."""
    parts = urlsplit(base_url)
    base_path = parts.path.rstrip("/")

    def point(match: re.Match[str]) -> str:
        path, mark, rest = re.split(r"([?#]|\Z)", html.unescape(match[2]), maxsplit=1)
        target = path.removeprefix(base_path).lstrip("/")
        target += "index.html" if path.endswith("/") else ""
        if target in names:
            href = posixpath.relpath(target, posixpath.dirname(name) or ".") + mark + rest
        else:
            href = f"{parts.scheme}://{parts.netloc}{path}{mark}{rest}"
        return f'{match[1]}="{html.escape(href)}"'

    return _LINK.sub(point, text)
