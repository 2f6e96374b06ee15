"""Put a finished site in place: staged beside the old one, switched as a whole. The only writer of the output.

A build that fails or is killed leaves the old site as it was; what it left behind is swept at the next start.
"""

from __future__ import annotations

import contextlib
import glob
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from generator.disk import exchange
from generator.errors import PublishError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Every site has this file, so a folder without it is something else and is never replaced.
SIGN = "2fa-directory/index.html"


def publish(files: Mapping[str, bytes], out: Path) -> None:
    """Make ``out`` hold exactly ``files``, relative name → bytes; raises :class:`PublishError`, :class:`UsageError`."""
    check_target(out)
    stage = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        sweep(out)
        stage = _stage(files, out)
        _switch(stage, out)
    except OSError as error:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
        message = f"{out} could not be written ({error.strerror or error}); the old site is as it was"
        raise PublishError(message, fix="check the space on the disk and the permissions") from error


def check_target(out: Path) -> None:
    """Refuse to replace what no build made; raises :class:`UsageError`, :class:`PublishError` where none can tell."""
    try:
        _refuse_foreign(out)
    except OSError as error:
        message = f"{out} could not be read ({error.strerror or error})"
        raise PublishError(message, fix="name another folder with --out, or check the permissions") from error


def _refuse_foreign(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        message = f"{out} is not a folder"
        raise UsageError(message, fix="name a new folder with --out")
    if out.is_dir() and not (out / SIGN).exists() and any(out.iterdir()):
        message = f"{out} was not made by twofa build, and would be replaced as a whole"
        raise UsageError(message, fix="name a new or an empty folder with --out")


def sweep(out: Path) -> None:
    """Remove what killed builds left beside the output; put back a site whose switch was cut in two."""
    previous = _previous(out)
    if previous.exists() and not out.exists():
        previous.rename(out)
    for left in out.parent.glob(f".{glob.escape(out.name)}.stage-*"):
        shutil.rmtree(left, ignore_errors=True)
    if previous.exists():
        shutil.rmtree(previous, ignore_errors=True)


def _previous(out: Path) -> Path:
    return out.with_name(f".{out.name}.previous")


def _stage(files: Mapping[str, bytes], out: Path) -> Path:
    stage = Path(tempfile.mkdtemp(prefix=f".{out.name}.stage-", dir=out.parent))
    try:
        stage.chmod(0o755)
        for folder in sorted({name.rpartition("/")[0] for name in files}):
            (stage / folder).mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (stage / name).write_bytes(data)
    except BaseException:
        with contextlib.suppress(OSError):
            shutil.rmtree(stage)
        raise
    return stage


def _switch(stage: Path, out: Path) -> None:
    if not out.exists():
        stage.rename(out)
        return
    if exchange(stage, out):
        shutil.rmtree(stage, ignore_errors=True)
        return
    # Two steps where the system can't do it in one; a build killed between them is mended at the next start.
    previous = _previous(out)
    out.rename(previous)
    try:
        stage.rename(out)
    except OSError:
        previous.rename(out)
        raise
    shutil.rmtree(previous, ignore_errors=True)
