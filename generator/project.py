"""What tells a project of this kind from any other folder. Light: a build with nothing to do asks too."""

from __future__ import annotations

import os

from generator.errors import UsageError


def check_project(root: str | os.PathLike[str]) -> None:
    """Raise :class:`UsageError` where ``root`` holds no project."""
    if not os.path.exists(os.path.join(root, "content", "site.yaml")):
        message = f"{os.fspath(root)} is no project of this kind: it has no content/site.yaml"
        raise UsageError(message, fix="name the checkout with --root, or go there")
