"""How rclone is called: one process at a time, and what it complains of in one line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from generator.build.kernel import die_with_parent
from generator.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What rclone does unless the environment says otherwise: with its own defaults it tries for over ten minutes to reach
#: a host that refuses. A bucket that isn't there is a mistake, and nobody is there to type a password. Variables, not
#: options, so that older versions leave aside what they don't know.
DEFAULTS = {
    "RCLONE_RETRIES": "1",
    "RCLONE_LOW_LEVEL_RETRIES": "8",
    "RCLONE_CONTIMEOUT": "10s",
    "RCLONE_TIMEOUT": "60s",
    "RCLONE_S3_NO_CHECK_BUCKET": "true",
    "RCLONE_ASK_PASSWORD": "false",
    "RCLONE_NO_UPDATE_DIR_MODTIME": "true",
}

#: What would make rclone read the names of folders here otherwise than this program does, or go where links lead.
_LEFT_OUT = {
    *("RCLONE_LOCAL_ENCODING", "RCLONE_COPY_LINKS", "RCLONE_LOCAL_COPY_LINKS", "RCLONE_LINKS", "RCLONE_LOCAL_LINKS"),
}

#: name, parameters and path of a remote as rclone reads it: ``name:path``, ``name,key=value:path``, ``:type,…:path``.
_REMOTE = re.compile(r"""(:?[^,:/]+)((?:,(?:[^:"',]|"[^"]*"|'[^']*')*)*):(.*)""", re.DOTALL)
_VALUE = re.compile(r"""=(?:"([^"]*)"|'([^']*)'|([^,]*))""")

#: How the line begins in which ``rclone backend`` says why it failed. It logs that as a notice, not as an error.
_FAILED = "Failed to backend: "

_ATTEMPT = re.compile(r"Attempt \d+/\d+ failed with \d+ errors? and: ")


class Rclone(Struct, frozen=True, kw_only=True):
    """A program that sends files to a remote.

    ``folder`` is where what it prints is kept meanwhile (None: where the system keeps such), ``lock`` a descriptor
    that it keeps as long as it runs.
    """

    program: str
    remote: str
    folder: str | None = None
    lock: int | None = None

    @property
    def shown(self) -> str:
        """The remote as it may be shown: without the parameters, among which are secrets."""
        return hide_parameters(self.remote)

    def run(self, *arguments: str) -> bytes:
        """Run a command and return its output; raises :class:`PublishError` with the reason that rclone gives."""
        with tempfile.TemporaryFile(dir=self.folder) as output:
            try:
                process = subprocess.Popen(  # noqa: S603 (the program that the user has)
                    [self.program, *arguments, "--use-json-log"],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.PIPE,
                    env={**DEFAULTS, **{name: os.environ[name] for name in os.environ if name not in _LEFT_OUT}},
                    # It neither outlives this process, nor gives up the lock before its end where it does.
                    preexec_fn=die_with_parent,  # noqa: PLW1509 (no other thread holds anything)
                    pass_fds=() if self.lock is None else (self.lock,),
                )
            except OSError as error:
                message = f"{self.program} can't be run ({error.strerror})"
                raise PublishError(message, fix=_INSTALL) from error
            log = _follow(process)
            if process.returncode:
                reason = find_reason(log) or f"exit code {process.returncode}"
                message = f"{self.shown}: rclone failed: {self._hide(reason)}"
                raise PublishError(message, fix="check the remote and publish again: what is in doubt is sent anew")
            output.seek(0)
            return output.read()

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


def hide_parameters(remote: str) -> str:
    """Return a remote without its parameters."""
    match = _REMOTE.fullmatch(remote)
    return f"{match[1]}:{match[3]}" if match else remote


def _follow(process: subprocess.Popen[bytes]) -> list[Row]:
    """Wait until the process has ended and return its log; it is ended where a file could not be sent.

    For rclone would go on with all others, and where the disk over there is full, it would be refused thousands of
    times, with a pause after each.
    """
    log = []
    try:
        for line in process.stderr or ():
            if row := parse_row(line):
                log.append(row)
                if row.level == "error" and row.message.startswith("Failed to copy"):
                    break
        else:
            process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stderr:
            process.stderr.close()
    return log


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


class Row(NamedTuple):
    """A line of the log: how grave it is, what it says, the file that it is about."""

    level: str
    message: str
    file: str


def parse_row(line: bytes) -> Row | None:
    """Return a line of the log; what rclone says of its arguments is no JSON, and has no level."""
    try:
        row = json.loads(line)
    except ValueError:
        text = line.decode("utf-8", "replace").strip()
        return Row("", text, "") if text else None
    return Row(*(str(row.get(key, "")) for key in ("level", "msg", "object"))) if isinstance(row, dict) else None


def find_reason(log: Iterable[Row]) -> str:
    """Return what went wrong first, as one line; empty where the log says nothing."""
    rows = list(log)
    for levels, start in ((("error", "critical"), ""), (("notice",), _FAILED), (("notice",), ""), (("",), "")):
        for row in rows:
            if row.level in levels and row.message.startswith(start):
                about = f"{row.file}: " if row.file else ""
                return f"{about}{_ATTEMPT.sub('', row.message.removeprefix(_FAILED), count=1)}"
    return ""
