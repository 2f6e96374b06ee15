"""``twofa verify``: stamp a curated file with who looked, when, at what, and the methods listed that day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from generator.catalogue.examples import is_example_link
from generator.catalogue.gather import gather
from generator.catalogue.load import SERVICES
from generator.editors.guides.filing import create_guide, replace_guide
from generator.editors.guides.finding import find_files, find_named_file
from generator.editors.guides.scaffold import write_stamped_guide
from generator.editors.guides.splicing import KEY, CommentError, splice_stamp, write_stamp
from generator.editors.naming import build_names, find_domain, suggest_domain
from generator.errors import InvalidError, UsageError
from generator.model import CURATED, METHODS, Service
from generator.problems import Problem
from generator.reading import read_content
from generator.validation.schema import check_schema
from generator.yamlfile import MAX_BYTES, PlainDate, YamlFile
from generator.yamlparse import decode, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.catalogue.gather import Gathered
    from generator.config import Settings

_BOM = b"\xef\xbb\xbf"


class NoPlaceError(InvalidError):
    """The stamp can't be put into a file; ``block`` holds its lines, to be pasted by hand."""

    def __init__(self, message: str, block: Sequence[str], *, fix: str) -> None:
        super().__init__(message, fix=fix)
        self.block = tuple(block)


class Stamped(Struct, frozen=True, kw_only=True):
    """A file with its stamp: whether that is new, and the warnings on the file that remain."""

    path: str
    service: Service
    stamp: Mapping[str, Any]
    outcome: Literal["created", "stamped", "unchanged"]
    warnings: tuple[Problem, ...]


def stamp_guide(settings: Settings, word: str, *, by: str, source: str, date: str, today: str) -> Stamped:
    """Stamp the curated file of a service, or make one that holds the stamp alone.

    Raises :class:`UsageError` where the stamp can't be right, :class:`InvalidError` where service or file can't be
    stamped; the file is then what it was.
    """
    gathered = gather(settings, today, today)
    files = find_files(gathered.content)
    service = _find_service(word, files, gathered, settings)
    if date > today:
        message = f"--date {date} lies in the future"
        raise UsageError(message, fix=f"give the day you looked; today is {today} (UTC)")
    stamp = {"date": PlainDate(date), "by": by.strip(), "source": source.strip(), "methods": _list_methods(service)}
    _refuse_stamp(service.domain, stamp)
    path = service.curated_path or f"{SERVICES}/{service.slug}.yaml"
    outcome: Literal["created", "stamped", "unchanged"]
    if service.curated_path:
        outcome = _stamp_file(settings, path, stamp)
    else:
        _create(settings, path, write_stamped_guide(service.domain, stamp))
        outcome = "created"
    warnings = tuple(problem for problem in gathered.problems if problem.path == path)
    return Stamped(path=path, service=service, stamp=stamp, outcome=outcome, warnings=warnings)


# --- Which service ----------------------------------------------------------------------------------------------------


def _find_service(word: str, files: Mapping[str, tuple[str, ...]], gathered: Gathered, settings: Settings) -> Service:
    """Return the service that a word means, if it and its file can be stamped."""
    names = build_names(gathered.catalogue)
    domains = {path: domain for domain, paths in files.items() for path in paths}
    broken = {problem.path for problem in gathered.content.problems}
    named = find_named_file(word, settings.paths, domains.keys() | broken)
    if named:
        _refuse_errors((named,), gathered)
    domain = domains[named] if named else find_domain(word, names)
    if owner := names.owners.get(domain):
        message = f"{domain} is an additional domain of {owner}"
        raise UsageError(message, fix=f"stamp {owner}")
    service = names.services.get(domain)
    found = files.get(domain, ())
    if service is None:
        if domain in names.ledger.services or found:
            raise _report_gone(domain, names.ledger.find_owner(domain), found, gathered)
        near = suggest_domain(word, names)
        message = f"{domain} is not listed"
        raise UsageError(message, fix=f"did you mean {near}?" if near else "see twofa new for how to add a service")
    _refuse_errors(found or (f"{SERVICES}/{service.slug}.yaml",), gathered)
    return service


def _refuse_errors(paths: tuple[str, ...], gathered: Gathered) -> None:
    """Raise :class:`InvalidError` with all problems of the files where one is an error."""
    problems = [problem for problem in gathered.problems if problem.path in paths]
    if any(problem.severity == "error" for problem in problems):
        message = f"{paths[0]} has errors; nothing was stamped"
        raise InvalidError(message, problems=problems, fix="mend them first")


def _report_gone(domain: str, successor: str, paths: tuple[str, ...], gathered: Gathered) -> InvalidError:
    _refuse_errors(paths, gathered)
    problems = [problem for problem in gathered.problems if problem.path in paths]
    if successor != domain:
        return InvalidError(f"{domain} has become {successor}; nothing was stamped", problems=problems)
    if domain in gathered.catalogue.baseline.ledger.services:
        return InvalidError(f"{domain} is no longer listed; nothing was stamped", problems=problems)
    where = "by the sample data" if gathered.catalogue.baseline.sample else "upstream"
    return InvalidError(f"{domain} is not listed {where}; nothing was stamped", problems=problems)


# --- The stamp --------------------------------------------------------------------------------------------------------


def _list_methods(service: Service) -> list[str]:
    """Return what a stamp names: upstream's methods before overrides, else those that the page shows."""
    if service.damaged:
        message = f"upstream's record of {service.domain} is damaged, so nobody can say what was compared"
        raise InvalidError(message, fix="wait until a fetch brings a good one")
    methods = service.method_ids if service.source == CURATED else service.upstream_methods
    unknown = [method for method in methods if method not in METHODS]
    if unknown:
        message = f"upstream lists {', '.join(unknown)} for {service.domain}, which this program does not know yet"
        raise InvalidError(message, fix="a stamp can name it once it is in the list of methods")
    return list(methods)


def _refuse_stamp(domain: str, stamp: Mapping[str, Any]) -> None:
    """Raise :class:`UsageError` where the schema, or YAML on one line, would not take a value as it was given."""
    for key, wanted in (("by", "your initials or handle"), ("source", "the address of the page")):
        if not stamp[key]:
            message = f"--{key} is empty"
            raise UsageError(message, fix=f"give {wanted}")
        if not stamp[key].isprintable():
            message = f"--{key} holds a character that is not shown"
            raise UsageError(message, fix="write it on one line, in letters, digits and signs")
    if stamp["by"] in {"WHO", "…"} or is_example_link(stamp["source"]):
        message = f"--by {stamp['by']} --source {stamp['source']} is only an example"
        raise UsageError(message, fix="give your initials or handle, and the address of the service's own page")
    problems = check_schema(YamlFile(path="", value={"domain": domain, KEY: stamp}), "service")
    if problems:
        raise UsageError(problems[0].message.replace(f"{KEY}.", "--"), fix=problems[0].fix)


# --- The file ---------------------------------------------------------------------------------------------------------


def _stamp_file(settings: Settings, path: str, stamp: Mapping[str, Any]) -> Literal["stamped", "unchanged"]:
    data = read_content(settings.paths.root, path, limit=MAX_BYTES)
    if isinstance(data, Problem):
        message = f"{path} can't be stamped"
        raise InvalidError(message, problems=(data,))
    stamped = stamp_bytes(data, path, stamp)
    if stamped == data:
        return "unchanged"
    replace_guide(settings.paths, path, stamped)
    return "stamped"


def _create(settings: Settings, path: str, text: str) -> None:
    try:
        create_guide(settings.paths, path, text)
    except FileExistsError as error:
        message = f"{path} exists already, and is for another service"
        raise InvalidError(message, fix=f"see twofa check {path}") from error


def stamp_bytes(data: bytes, path: str, stamp: Mapping[str, Any]) -> bytes:
    """Return the bytes of a valid curated file with a new stamp; all else is as it was, which is made sure of.

    Raises :class:`UsageError` for a day before that of the stamp that is there, :class:`InvalidError` for a file with
    errors, :class:`NoPlaceError` where the stamp can't be put in without a loss.
    """
    before = parse_yaml(data, path)
    text = decode(data, path)
    if before.problems or isinstance(text, Problem) or (problems := check_schema(before, "service")):
        message = f"{path} has errors; nothing was stamped"
        raise InvalidError(message, problems=before.problems or problems)
    old = before.value.get(KEY)
    if old and stamp["date"] < old["date"]:
        message = f"{path} has a stamp of {old['date']}, later than {stamp['date']}"
        raise UsageError(message, fix="look again today, or correct a wrong stamp by hand")
    try:
        stamped = _BOM * data.startswith(_BOM) + splice_stamp(text, old, stamp).encode()
    except CommentError as error:
        message = f"{path}: a comment inside {KEY}: would be lost, so the file was left as it is"
        fix = "put the lines above in its place, and the comment where you want it"
        raise NoPlaceError(message, write_stamp(stamp), fix=fix) from error
    if not _is_as_wanted(parse_yaml(stamped, path), before, stamp):
        message = f"{path}: no place for the stamp was found, so the file was left as it is"
        fix = "write verified: as a block of plain key: value lines, or take it out, and repeat"
        raise NoPlaceError(message, write_stamp(stamp), fix=fix)
    return stamped


def _is_as_wanted(after: YamlFile, before: YamlFile, stamp: Mapping[str, Any]) -> bool:
    """Tell whether a file holds the stamp and else what it held, in the same order and of the same kinds."""
    if after.problems or check_schema(after, "service"):
        return False
    rest, old_rest = ([(key, value) for key, value in file.value.items() if key != KEY] for file in (after, before))
    held = after.value.get(KEY)
    return (
        held is not None
        and repr(rest) == repr(old_rest)
        and [held[key] for key in ("date", "by", "source")] == [stamp[key] for key in ("date", "by", "source")]
        and sorted(held["methods"]) == sorted(stamp["methods"])
    )
