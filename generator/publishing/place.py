"""Find the folder that a remote is, and refuse the wrong ones.

rclone itself is asked what a name with a colon stands for: a remote may be configured in a file, by variables or in
the name, and lead to another.
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

from generator.destinations import check_destination
from generator.errors import PublishError, UsageError
from generator.publishing.rclone import Rclone, find_rclone, hide_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Without a colon, or with a slash before it, a remote is a path to rclone.
_PATH = re.compile(r"[^:]*|[^:,/]*/.*", re.DOTALL)

#: How rclone says which folder it took a remote for.
_LOCAL = "Local file system at "

#: It writes control characters in names as pictures of them, and takes these for the characters.
_PICTURES = {0x2400 + number: number for number in range(1, 0x20)} | {0x2421: 0x7F}
#: The folder itself and the one above, as it writes them.
_DOTS = {"\uff0e": ".", "\uff0e\uff0e": ".."}


def check_remote(root: str, remote: str, out: str) -> None:
    """Refuse a remote where the site at ``out`` would overwrite something of the project.

    Raises :class:`UsageError`, and :class:`PublishError` where rclone can't say where it is.
    """
    if not remote or remote.startswith("-"):
        message = f"{remote!r} is no remote"
        raise UsageError(message, fix="name it as rclone does, such as web:bucket/folder or /srv/www")
    path = remote if _PATH.fullmatch(remote) else _find_path(remote)
    if path is None:
        return
    outputs = dict.fromkeys((os.path.join(root, "site"), out, os.path.realpath(out)))
    # rclone takes "..", and what is before it, away before any link is resolved; the system does it afterwards.
    spellings = [place for text in (path, path.translate(_PICTURES)) for place in (os.path.abspath(text), text)]
    for place in {os.path.realpath(spelling): spelling for spelling in spellings}.values():
        check_destination(root, place, outputs, shown=hide_parameters(remote))
        for link in _list_links(place):
            check_destination(root, link, outputs)


def _find_path(remote: str) -> str | None:
    """Return the folder of this machine that a remote is, or None where it is somewhere else."""
    # The slash at the end says that it is a folder, so rclone need not ask a bucket.
    name = remote if remote.endswith((":", "/")) else f"{remote}/"
    answer = Rclone(program=find_rclone(), remote=remote).run("backend", "features", name)
    shown = hide_parameters(remote)
    try:
        described: dict[str, Any] = json.loads(answer)
        says, is_local = str(described["String"]), bool(described["Features"].get("IsLocal"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{shown}: rclone does not say what kind of place this is"
        raise PublishError(message, fix="install a newer rclone (https://rclone.org/install/)") from error
    if says.startswith(_LOCAL):
        return "/".join(_DOTS.get(part, part) for part in says.removeprefix(_LOCAL).split("/"))
    if is_local or described["Features"].get("Overlay"):
        message = f"{shown} stands for another place, but rclone does not say which"
        raise UsageError(message, fix="publish to that place itself, by its own name or path")
    return None


def _list_links(folder: str) -> Iterator[str]:
    """Yield the links to folders in a folder: what is sent there is written where they lead."""
    for above, folders, _ in os.walk(folder):
        yield from (path for name in folders if os.path.islink(path := os.path.join(above, name)))
