"""Find the line of a value in the files of content and data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.catalogue.load import DIRECTORY_FILE, LEDGER_FILE, PASSKEYS_FILE
from generator.editors.explain.facts import Place
from generator.formats.places import Member, find_line, find_offset, list_members
from generator.identity import normalise_domain
from generator.problems import Problem
from generator.reading import find_status, read_content
from generator.yamlfile import MAX_BYTES, YamlFile
from generator.yamlparse import parse_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from generator.config import Paths

EVENTS_FILE = "events.jsonl"
META_FILE = "2fa-directory.meta.json"


class ContentFiles:
    """The YAML files of ``content/``, each parsed when it is asked for, and again when it has changed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._parsed: dict[str, tuple[object, YamlFile]] = {}

    def find(self, name: str, *where: str | int) -> Place:
        """Return the place of a key or of an item of a list, else of the nearest thing around it."""
        file = self._parse(name)
        while where:
            if found := file.keys.get(where) or file.values.get(where):
                return Place(name, *found)
            where = where[:-1]
        return Place(name)

    def find_item(self, name: str, *where: str, item: str) -> Place:
        """Return the place of an item of a list, by its value."""
        return self.find(name, *where, *_find_position(self._parse(name).value, where, item))

    def find_domain(self, name: str) -> str | None:
        """Return whose guide a file is, as far as that can be read."""
        value = self._parse(name).value
        domain = value.get("domain") if isinstance(value, dict) else None
        return normalise_domain(domain) if isinstance(domain, str) else None

    def _parse(self, name: str) -> YamlFile:
        status = find_status(self._root, name)
        state = (status.st_mtime_ns, status.st_size, status.st_ino) if status else None
        known = self._parsed.get(name)
        if known is None or known[0] != state:
            data = read_content(self._root, name, limit=MAX_BYTES)
            file = YamlFile(path=name) if isinstance(data, Problem) else parse_yaml(data, name)
            known = self._parsed[name] = state, file
        return known[1]


class DataFiles:
    """The files of ``data/`` as they are now, each read once."""

    def __init__(self, paths: Paths, *, is_sample: bool) -> None:
        self._folder = paths.sample if is_sample else paths.data
        self._name = paths.name(self._folder)
        self._texts: dict[str, str] = {}
        self._members: dict[str, dict[str, Member]] = {}

    def find_record(self, domain: str, *where: str | int, item: str | None = None) -> Place:
        """Return the place of a value in a record of the 2FA Directory: the name is 0, a field is 1 and its key."""
        return self._find(DIRECTORY_FILE, domain, where, item)

    def find_passkeys(self, domain: str, *where: str | int) -> Place:
        """Return the place of a value in a record of the Passkeys Directory."""
        return self._find(PASSKEYS_FILE, domain, where)

    def find_row(self, domain: str, *where: str | int, item: str | None = None) -> Place:
        """Return the place of a value in a row of the ledger."""
        return self._find(LEDGER_FILE, domain, where, item)

    def find_first_day(self) -> Place:
        """Return the place of the day of the first snapshot."""
        return self._place(META_FILE, find_offset(self._read(META_FILE), ("first",)))

    def find_event(self, index: int) -> Place:
        """Return the place of an event, by its position in the history."""
        lines = [number for number, line in enumerate(self._read(EVENTS_FILE).split("\n"), 1) if line.strip()]
        return Place(f"{self._name}/{EVENTS_FILE}", *((lines[index], 1) if index < len(lines) else ()))

    def _find(self, file: str, domain: str, where: tuple[str | int, ...], item: str | None = None) -> Place:
        member = self._index(file).get(domain)
        if member is None:
            return Place(f"{self._name}/{file}")
        steps = where if item is None else (*where, *_find_position(member.value, where, item))
        start = member.start if not steps else find_offset(self._read(file), steps, member.value_start)
        # What is not there is said by the record as a whole.
        return self._place(file, start if start != member.value_start else member.start)

    def _index(self, file: str) -> dict[str, Member]:
        if file not in self._members:
            text = self._read(file)
            start = 0
            if file == LEDGER_FILE:
                start = next((member.value_start for member in list_members(text) if member.key == "services"), 0)
            members = list_members(text, start)
            self._members[file] = {_find_domain(file, member): member for member in members}
        return self._members[file]

    def _read(self, file: str) -> str:
        if file not in self._texts:
            try:
                self._texts[file] = (self._folder / file).read_text("utf-8")
                if not file.endswith(".jsonl"):
                    json.loads(self._texts[file])
            except (OSError, ValueError, RecursionError):
                # Whoever needs what it says tells that it is missing or damaged.
                self._texts[file] = "{}"
        return self._texts[file]

    def _place(self, file: str, offset: int) -> Place:
        return Place(f"{self._name}/{file}", *find_line(self._read(file), offset))


def _find_domain(file: str, member: Member) -> str:
    return normalise_domain(member.value[1]["domain"] if file == DIRECTORY_FILE else str(member.key))


def _find_position(value: Any, where: tuple[str | int, ...], item: str) -> tuple[int, ...]:
    """Return the position of an item in the list that ``where`` leads to, or nothing where it is not there."""
    for step in where:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ()
    return (value.index(item),) if isinstance(value, list) and item in value else ()
