"""The arguments of every command, and the kinds of values that they take."""

from __future__ import annotations

import argparse
import os
import re
from datetime import date

from generator import __version__
from generator.validation.addresses import is_base_url


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal.

    argparse makes one for every argument, to try it out; to learn the width, it would load shutil and all that takes.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_find_width() - 2)


def _find_width() -> int:
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="twofa", description="The generator of a 2FA support directory.", formatter_class=_Help
    )
    parser.add_argument("--version", action="version", version=f"twofa {__version__}")
    parser.add_argument(
        "--root",
        default=None,
        metavar="DIR",
        help="the project (default: here, or the checkout of this program)",
    )
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True, prog="twofa")
    for name, (summary, add) in _COMMANDS.items():
        add(commands.add_parser(name, help=summary, description=summary, formatter_class=_Help))
    return parser


def _add_fetch(command: argparse.ArgumentParser) -> None:
    command.add_argument("sources", nargs="*", metavar="SOURCE", help="2fa-directory or passkeys (default: both)")
    command.add_argument("--from", dest="origin", metavar="FILE_OR_URL", help="read the one source from here instead")
    command.add_argument(
        "--date", type=parse_day, metavar="DAY", help="the day stored with the data (default: today, UTC)"
    )
    command.add_argument("--dry-run", action="store_true", help="report, but write nothing")
    command.add_argument(
        "--give-up-after",
        type=parse_seconds,
        metavar="SECONDS",
        help="how long to wait in all for a network that does not answer",
    )
    command.add_argument(
        "--accept",
        type=parse_sha256,
        metavar="SHA256",
        help="take over the file with this hash, however much it changes; the report of a refusal names it",
    )
    command.add_argument("--rollback", action="store_true", help="take back the last refresh")
    command.add_argument("--json", action="store_true", help="print the report as JSON")


def _add_build(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", metavar="DIR", help="the output (default: site/ in the project)")
    command.add_argument(
        "--date",
        type=parse_day,
        metavar="DAY",
        help="the day as of which verifications are judged (default: today, UTC)",
    )
    command.add_argument(
        "--base-url", type=parse_base_url, metavar="URL", help="replaces base_url of content/site.yaml"
    )
    command.add_argument(
        "--jobs", type=parse_count, metavar="N", help="how many processes render pages (default: one for each core)"
    )
    command.add_argument("--clean", action="store_true", help="leave aside what earlier builds left")
    command.add_argument("--rollback", action="store_true", help="put the release before this one back in place")
    command.add_argument("--json", action="store_true", help="print the report as JSON")


def _add_serve(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="127.0.0.1", metavar="HOST", help="where to listen (default: 127.0.0.1)")
    command.add_argument("--port", type=parse_port, default=8000, metavar="PORT", help="(default: 8000)")


def _add_check(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", nargs="*", metavar="PATH", help="only these files or folders")
    command.add_argument(
        "--date", type=parse_day, metavar="DAY", help="the last day that content may name (default: today, UTC)"
    )
    command.add_argument("--fix", action="store_true", help="mend the white space of the files first")
    form = command.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the problems as JSON")
    form.add_argument("--github", action="store_true", help="print them as annotations of a GitHub workflow")


def _add_new(command: argparse.ArgumentParser) -> None:
    command.add_argument("domain", metavar="DOMAIN", help="the service's domain, such as cliniko.com")
    command.add_argument("--name", metavar="NAME", help="the name of a service that no upstream directory lists")


def _add_verify(command: argparse.ArgumentParser) -> None:
    command.add_argument("slug", metavar="SLUG", help="the last part of the page's address, such as cliniko")
    command.add_argument("--by", required=True, metavar="WHO", help="your initials or handle, shown on the page")
    command.add_argument("--source", required=True, metavar="URL", help="the page that you compared with")
    command.add_argument("--date", type=parse_day, metavar="DAY", help="the day you looked (default: today, UTC)")


def _add_todo(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--date", type=parse_day, metavar="DAY", help="the day as of which it is judged (default: today, UTC)"
    )
    command.add_argument("--all", action="store_true", help="print every row of long queues")
    command.add_argument("--json", action="store_true", help="print all rows as JSON")


def _add_changes(command: argparse.ArgumentParser) -> None:
    command.add_argument("old", metavar="OLD", help="a file of the 2FA Directory, as served or as kept in data/")
    command.add_argument("new", metavar="NEW", help="a later one")
    command.add_argument("--json", action="store_true", help="print the events as JSON")


def _add_status(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print the state of each source as JSON")


def _add_nightly(command: argparse.ArgumentParser) -> None:
    command.add_argument("--publish", metavar="REMOTE", help="where to send the site; see twofa publish")
    command.add_argument("--out", metavar="DIR", help="the output (default: site/ in the project)")
    command.add_argument(
        "--base-url", type=parse_base_url, metavar="URL", help="replaces base_url of content/site.yaml"
    )
    command.add_argument("--date", type=parse_day, metavar="DAY", help="the day of the run (default: today, UTC)")
    command.add_argument(
        "--accept", type=parse_sha256, metavar="SHA256", help="take over the file with this hash; see twofa fetch"
    )
    command.add_argument(
        "--give-up-after",
        type=parse_seconds,
        metavar="SECONDS",
        help="how long to wait in all for a network that does not answer",
    )
    command.add_argument("--json", action="store_true", help="print the report as JSON")


def _add_explain(command: argparse.ArgumentParser) -> None:
    command.add_argument("slug", metavar="SLUG", help="the last part of the page's address, such as cliniko")
    command.add_argument("--json", action="store_true", help="print the facts as JSON")


def _add_links(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--date", type=parse_day, metavar="DAY", help="the day stored with the answers (default: today, UTC)"
    )
    command.add_argument(
        "--max-age",
        type=parse_days,
        default=7,
        metavar="DAYS",
        help="how long a link that works is not asked again (default: 7; 0 asks all)",
    )
    command.add_argument("--limit", type=parse_count, metavar="N", help="ask no more than so many links")
    command.add_argument(
        "--pause",
        type=parse_seconds,
        default=1.0,
        metavar="SECONDS",
        help="between two requests to one host (default: 1)",
    )
    command.add_argument(
        "--allow-private", action="store_true", help="also ask hosts on private addresses, for a trial"
    )
    command.add_argument("--json", action="store_true", help="print the report as JSON")


def _add_publish(command: argparse.ArgumentParser) -> None:
    command.add_argument("remote", metavar="REMOTE", help="where to, as rclone names it: web:bucket/folder, /srv/www")
    command.add_argument("--out", metavar="DIR", help="the site (default: site/ in the project)")
    command.add_argument("--dry-run", action="store_true", help="say what would be sent and deleted, but do nothing")
    command.add_argument("--clean", action="store_true", help="leave aside what the remote says it holds: send all")
    command.add_argument("--prune", action="store_true", help="delete every file there that the site does not have")
    command.add_argument("--json", action="store_true", help="print the report as JSON")


#: Every command with its summary, in the order in which the help names them.
_COMMANDS = {
    "fetch": ("refresh the snapshots of the upstream directories", _add_fetch),
    "build": ("build the site", _add_build),
    "serve": ("build, serve the site, and build again at every save", _add_serve),
    "check": ("find every problem in content and data", _add_check),
    "new": ("write a guide's file from what is known of a service", _add_new),
    "verify": ("stamp a guide: who looked, when, and at what", _add_verify),
    "todo": ("list what needs an editor, most useful first", _add_todo),
    "changes": ("list what differs between two files of the 2FA Directory", _add_changes),
    "status": ("say how old each source is, and fail when one is too old", _add_status),
    "nightly": ("fetch, build, publish and report, for a job that nobody watches", _add_nightly),
    "explain": ("say where each fact of a service's page comes from", _add_explain),
    "links": ("ask which outside links still lead somewhere", _add_links),
    "publish": ("send what changed of the site to where readers find it", _add_publish),
}


# --- Kinds of values --------------------------------------------------------------------------------------------------


def parse_day(text: str) -> str:
    """Return an ISO date; argparse turns the error into its own message."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        message = f"{text!r} is not a day; write it as 2026-10-02"
        raise argparse.ArgumentTypeError(message)
    if not "2000" <= text < "3000":
        message = f"{text!r} is not a day from 2000 to 2999"
        raise argparse.ArgumentTypeError(message)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        message = f"{text!r} is not a day that exists"
        raise argparse.ArgumentTypeError(message) from None


def parse_seconds(text: str) -> float:
    """Return a positive number of seconds."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        message = f"{text!r} is not a positive number of seconds"
        raise argparse.ArgumentTypeError(message)
    return seconds


def parse_sha256(text: str) -> str:
    """Return a SHA-256 as 64 small hexadecimal digits."""
    if re.fullmatch(r"[0-9a-fA-F]{64}", text, re.ASCII):
        return text.lower()
    message = f"{text!r} is not a SHA-256, which has 64 hexadecimal digits"
    raise argparse.ArgumentTypeError(message)


def parse_count(text: str) -> int:
    """Return a whole number from 1 on."""
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0:
        return int(text)
    message = f"{text!r} is not a whole number from 1 on"
    raise argparse.ArgumentTypeError(message)


def parse_days(text: str) -> int:
    """Return a whole number of days from 0 on."""
    if text.isascii() and text.isdigit() and len(text) < 6:
        return int(text)
    message = f"{text!r} is not a number of days, from 0 on"
    raise argparse.ArgumentTypeError(message)


def parse_port(text: str) -> int:
    """Return the number of a port."""
    if text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) < 65536:
        return int(text)
    message = f"{text!r} is not the number of a port, from 1 to 65535"
    raise argparse.ArgumentTypeError(message)


def parse_base_url(text: str) -> str:
    """Return the address of a site without the slash at its end."""
    if not is_base_url(text):
        message = f"{text!r} is not an address such as https://2fa.example.com"
        raise argparse.ArgumentTypeError(message)
    return text.rstrip("/")
