"""What tells a project of this kind from any other folder, and what in its folders is not for a build."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

#: How the names end of what editors put beside the file that they save: backups, swap files, new content to be renamed.
_DROPPINGS = ("~", ".bak", ".swp", ".tmp", "___jb_old___", "___jb_tmp___")

#: The name with which Vim tries whether it may write.
_VIM_TRIES = "4913"


def check_project(root: Path) -> None:
    """Raise :class:`UsageError` where ``root`` holds no project, and :class:`OSError` where nobody can tell."""
    try:
        (root / "content" / "site.yaml").stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:  # the latter for NUL in a name
        message = f"{root} is no project of this kind: it has no content/site.yaml"
        raise UsageError(message, fix="name the checkout with --root, or go there") from error


def is_dropping(name: str) -> bool:
    """Tell whether a file is hidden, or one that an editor leaves for itself; ``name`` is without its folder."""
    return name.startswith((".", "#")) or name.endswith(_DROPPINGS) or name == _VIM_TRIES
