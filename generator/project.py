"""What tells a project of this kind from any other folder, and what in its folders is not for a build.

Light: a build with nothing to do asks too.
"""

from __future__ import annotations

import os

from generator.errors import UsageError

#: How the names end of what editors put beside the file that they save: backups, swap files, new content to be renamed.
_DROPPINGS = ("~", ".bak", ".swp", ".tmp", "___jb_old___", "___jb_tmp___")

#: The name with which Vim tries whether it may write.
_VIM_TRIES = "4913"


def check_project(root: str | os.PathLike[str]) -> None:
    """Raise :class:`UsageError` where ``root`` holds no project, and :class:`OSError` where nobody can tell."""
    try:
        os.stat(os.path.join(root, "content", "site.yaml"))
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # the latter for NUL in a name
        message = f"{os.fspath(root)} is no project of this kind: it has no content/site.yaml"
        raise UsageError(message, fix="name the checkout with --root, or go there") from error


def is_dropping(name: str) -> bool:
    """Tell whether a file is hidden, or one that an editor leaves for itself; ``name`` is without its folder."""
    return name.startswith((".", "#")) or name.endswith(_DROPPINGS) or name == _VIM_TRIES
