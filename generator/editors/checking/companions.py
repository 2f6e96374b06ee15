"""Find curated files by what a glance at them tells, without parsing any: one may be broken, and all take long."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from generator.catalogue.load import SERVICES, find_curated_files
from generator.identity import first_label
from generator.yamlfile import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from generator.config import Paths

_IDENTITY = re.compile(rb"""^["']?(domain|account)["']?[ \t]*:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE)
_NAME = re.compile(rb"""^["']?name["']?[ \t]*:""", re.MULTILINE)


def find_companions(paths: Paths, named: Collection[str]) -> list[str]:
    """Return some curated files with those that it takes to judge them, without parsing any of the others.

    These have the same domain, or the one whose account is used; the name that the file should most likely have, or its
    own in other letters; or a service that no upstream lists, which takes a slug. Every file of a folder that is named
    counts as named.
    """
    files = find_curated_files(paths)
    wanted = [file for file in files if any(file == name or f"{file}/".startswith(f"{name}/") for name in named)]
    contents = {file: _peek(f"{paths.root}/{file}") for file in files}
    domains = {domain.lower() for file in wanted for _, domain in _IDENTITY.findall(contents[file])}
    clashing = {file.casefold() for file in wanted}
    for domain in (name.decode(errors="replace") for name in domains):
        clashing |= {f"{SERVICES}/{slug}.yaml" for slug in (first_label(domain), domain.replace(".", "-"))}
    companions = [
        file
        for file, content in contents.items()
        if file.casefold() in clashing
        or _NAME.search(content)
        or any(key == b"domain" and domain.lower() in domains for key, domain in _IDENTITY.findall(content))
    ]
    return sorted({*wanted, *companions})


def find_by_domain(root: Path, names: Iterable[str], domains: Collection[str]) -> str | None:
    """Return the first of some curated files that says it is for one of the domains."""
    for name in names:
        for key, domain in _IDENTITY.findall(_peek(f"{root}/{name}")):
            if key == b"domain" and domain.decode(errors="replace").lower() in domains:
                return name
    return None


def _peek(path: str) -> bytes:
    """Return the content of a plain file; nothing of any other, nor of one that is too large to be read at all."""
    # Not by Path, which takes as long as the system itself for thousands of files.
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return b""
        with open(path, "rb", buffering=0) as file:
            return file.read(MAX_BYTES)
    except OSError:
        return b""
