"""How rclone is called: one process at a time, and what it complains of in one line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.build.kernel import die_with_parent
from generator.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What rclone does unless the environment says otherwise: with its own defaults it tries for over ten minutes to reach
#: a host that refuses. A bucket that isn't there is a mistake, and nobody is there to type a password.
DEFAULTS = {
    "RCLONE_RETRIES": "1",
    "RCLONE_LOW_LEVEL_RETRIES": "3",
    "RCLONE_CONTIMEOUT": "10s",
    "RCLONE_TIMEOUT": "60s",
    "RCLONE_S3_NO_CHECK_BUCKET": "true",
    "RCLONE_ASK_PASSWORD": "false",
}

#: name, parameters and path of a remote as rclone reads it: ``name:path``, ``name,key=value:path``, ``:type,…:path``.
_REMOTE = re.compile(r"""(:?[^,:/]+)((?:,(?:[^:"',]|"[^"]*"|'[^']*')*)*):(.*)""", re.DOTALL)
_VALUE = re.compile(r"""=(?:"([^"]*)"|'([^']*)'|([^,]*))""")

_ATTEMPT = re.compile(r"Attempt \d+/\d+ failed with \d+ errors? and: ")


class Rclone(Struct, frozen=True, kw_only=True):
    """A program that sends files to a remote; ``lock`` is the descriptor that it keeps as long as it runs."""

    program: str
    remote: str
    lock: int

    @property
    def shown(self) -> str:
        """The remote as it may be shown: without the parameters, among which are secrets."""
        match = _REMOTE.fullmatch(self.remote)
        return f"{match[1]}:{match[3]}" if match else self.remote

    def run(self, *arguments: str) -> bytes:
        """Run a command and return its output; raises :class:`PublishError` with the reason that rclone gives."""
        try:
            process = subprocess.Popen(  # noqa: S603 (the program that the user has)
                [self.program, *arguments, "--use-json-log"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_find_environment(),
                # It neither outlives this process, nor gives up the lock before its end where it does.
                preexec_fn=die_with_parent,  # noqa: PLW1509 (no other thread holds anything)
                pass_fds=(self.lock,),
            )
        except OSError as error:
            message = f"{self.program} can't be run ({error.strerror})"
            raise PublishError(message, fix=_INSTALL) from error
        try:
            out, log = process.communicate()
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.returncode:
            reason = find_reason(log) or f"exit code {process.returncode}"
            message = f"{self.shown}: rclone failed: {self._hide(reason)}"
            raise PublishError(message, fix="check the remote and publish again: what is in doubt is sent anew")
        return out

    def _hide(self, text: str) -> str:
        """Return a text without the parameters of the remote."""
        text = text.replace(self.remote, self.shown)
        match = _REMOTE.fullmatch(self.remote)
        values = {value for found in _VALUE.findall(match[2]) for value in found} if match else set()
        for value in sorted(values, key=len, reverse=True):
            # The host of the remote helps whoever reads this, and short words would be found everywhere.
            if len(value) > 3 and "//" not in value and value not in {"true", "false"}:
                text = text.replace(value, "…")
        return text


def _find_environment() -> dict[str, str]:
    return {**DEFAULTS, **os.environ}


_INSTALL = (
    "install rclone (https://rclone.org/install/), run scripts/publish, or name the program: RCLONE=/path/to/rclone"
)


def find_rclone() -> str:
    """Return the program: the one that is named in RCLONE, else the one beside this Python, else on the PATH."""
    named = os.environ.get("RCLONE")
    beside = os.path.join(os.path.dirname(sys.executable), "rclone")
    found = shutil.which(named) if named else shutil.which(beside) or shutil.which("rclone")
    if found:
        return found
    message = f"RCLONE={named} is no program" if named else "rclone, which sends the files, is not there"
    raise PublishError(message, fix=_INSTALL)


def find_reason(log: bytes) -> str:
    """Return what a log of rclone says went wrong first, as one line; empty where it says nothing."""
    rows = [row for line in log.splitlines() if (row := _parse(line))]
    for levels in (("error", "critical"), ("notice",), ("",)):
        for row in rows:
            if row["level"] in levels:
                about = f"{row['object']}: " if row.get("object") else ""
                return f"{about}{_ATTEMPT.sub('', row['msg'], count=1)}"
    return ""


def _parse(line: bytes) -> Mapping[str, str] | None:
    """Return a line of the log; one that is no JSON, as what rclone says of its arguments, has no level."""
    try:
        row = json.loads(line)
    except ValueError:
        text = line.decode("utf-8", "replace").strip()
        return {"level": "", "msg": text} if text else None
    if not isinstance(row, dict):
        return None
    return {key: str(row.get(key, "")) for key in ("level", "msg", "object")}
