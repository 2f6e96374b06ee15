"""Put curated files on disk: whole, inside the project, and a new one never over another."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from generator.catalogue.load import SERVICES
from generator.disk import create_atomically, write_atomically
from generator.errors import InvalidError, PublishError

if TYPE_CHECKING:
    from pathlib import Path

    from generator.config import Paths


def create_guide(paths: Paths, name: str, text: str) -> None:
    """Write a curated file that does not exist yet; raises ``FileExistsError`` where one has that name."""
    try:
        paths.services.mkdir(exist_ok=True)
        folder = _stay_inside(paths, SERVICES)
    except OSError as error:
        raise _report(SERVICES, error) from error
    try:
        create_atomically(folder / name.rpartition("/")[2], text.encode())
    except FileExistsError:
        raise
    except OSError as error:
        raise _report(name, error) from error


def replace_guide(paths: Paths, name: str, data: bytes) -> None:
    """Write new content into a curated file; its mode stays, and a link inside the project stays a link."""
    try:
        target = _stay_inside(paths, name)
        write_atomically(target, data, mode=stat.S_IMODE(target.stat().st_mode))
    except OSError as error:
        raise _report(name, error) from error


def _stay_inside(paths: Paths, name: str) -> Path:
    """Return where a name leads; raises :class:`InvalidError` where that is outside the project."""
    target = (paths.root / name).resolve()
    if not target.is_relative_to(paths.root.resolve()):
        message = f"{name} is a symbolic link to somewhere outside the project"
        raise InvalidError(message, fix="put a copy here")
    return target


def _report(name: str, error: OSError) -> PublishError:
    message = f"{name} can't be written ({error.strerror})"
    return PublishError(message, fix="check the permissions of the folder and the space on the disk")
