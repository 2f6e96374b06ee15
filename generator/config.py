"""Settings and paths, read once into one frozen object.

``content/site.yaml`` and ``content/sources.yaml`` hold everything that differs between two publishers; nothing of it
stands in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct, field

from generator.errors import InvalidError
from generator.limits import Limits, build_limits
from generator.problems import Problem
from generator.project import check_project
from generator.reading import read_content
from generator.schemas import find_schema
from generator.validation.comments import find_cut_texts
from generator.validation.schema import check_schema
from generator.yamlfile import MAX_BYTES, Document, build_document
from generator.yamlparse import parse_yaml

if TYPE_CHECKING:
    from generator.cache import Cache

SOURCE_IDS = ("2fa-directory", "passkeys")


class Paths(Struct, frozen=True, kw_only=True):
    """Where things lie below the root of a project."""

    root: Path

    @property
    def content(self) -> Path:
        """The folder that only people write."""
        return self.root / "content"

    @property
    def services(self) -> Path:
        """The curated files."""
        return self.content / "services"

    @property
    def data(self) -> Path:
        """The folder that only ``twofa fetch`` and ``twofa links`` write."""
        return self.root / "data"

    @property
    def sample(self) -> Path:
        """The embedded default: shaped like ``data``."""
        return self.data / "sample"

    @property
    def templates(self) -> Path:
        """The layouts, partials and static files."""
        return self.root / "templates"

    @property
    def site(self) -> Path:
        """The output where ``--out`` names no other."""
        return self.root / "site"

    @property
    def work(self) -> Path:
        """Locks, caches and manifests: disposable."""
        return self.root / ".twofa"

    def name(self, path: Path) -> str:
        """Return a path as messages name it: relative to the root, with slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()


class Publisher(Struct, frozen=True, kw_only=True):
    """Who publishes the site."""

    name: str
    url: str | None = None


class SharedMethod(Struct, frozen=True, kw_only=True):
    """How the product shares one method: the steps, what each teammate can do, how long it takes to set up."""

    steps: tuple[str, ...]
    teammates: tuple[str, ...]
    enrolment: str | None = None


class Product(Struct, frozen=True, kw_only=True):
    """The publisher's product for teams; ``{service}`` in its sentences stands for a service's name."""

    name: str
    pitch: str
    totp: SharedMethod
    sms: SharedMethod
    call_to_action: str
    url: str | None = None


class Wanted(Struct, frozen=True, kw_only=True):
    """Which guides are missed most: of these services, by domain; then of these categories, by identifier."""

    services: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


class Licence(Struct, frozen=True, kw_only=True):
    """A licence's name and the page of its text."""

    name: str
    url: str | None = None


class Source(Struct, frozen=True, kw_only=True):
    """An upstream with its address, licence and the credit that it asks for (Markdown)."""

    id: str
    name: str
    in_text: str
    licence: Licence
    credit: str
    by: str | None = None
    homepage: str | None = None
    project: str | None = None
    address: str | None = None
    report: str | None = None
    changes: str | None = None
    notices: tuple[tuple[str, str], ...] = ()


class Settings(Struct, frozen=True, kw_only=True):
    """Everything from ``content/site.yaml`` and ``content/sources.yaml``, and the paths."""

    paths: Paths
    title: str
    base_url: str
    description: str
    publisher: Publisher
    sources: Mapping[str, Source]
    product: Product | None = None
    repository: str | None = None
    branch: str = "main"
    limits: Limits = field(default_factory=Limits)
    wanted: Wanted = field(default_factory=Wanted)

    @property
    def base_path(self) -> str:
        """The path below which the site lives: empty, or ``/path`` without a slash at its end."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme and host of the base URL."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


def load_settings(root: Path, *, base_url: str | None = None, cache: Cache | None = None) -> Settings:
    """Read the settings of the project at ``root``; raises :class:`UsageError` or :class:`InvalidError`."""
    paths = Paths(root=root)
    check_project(root)
    site = load_yaml(paths, "content/site.yaml", cache)
    sources = load_yaml(paths, "content/sources.yaml", cache)
    problems = [*site.problems, *sources.problems]
    if problems:
        message = "the settings are invalid"
        raise InvalidError(message, problems=problems)
    raw: dict[str, Any] = dict(site.value)
    if base_url is not None:
        raw["base_url"] = base_url
    raw["base_url"] = raw["base_url"].rstrip("/")
    if "repository" in raw:
        # As it is copied from the browser, or from what git clones.
        raw["repository"] = raw["repository"].rstrip("/").removesuffix(".git")
    return Settings(
        paths=paths,
        **{key: raw[key] for key in ("title", "base_url", "description", "repository", "branch") if key in raw},
        publisher=Publisher(**raw["publisher"]),
        product=_build_product(raw["product"]) if "product" in raw else None,
        limits=build_limits(raw.get("limits", {})),
        wanted=Wanted(**{key: tuple(names) for key, names in raw.get("wanted", {}).items()}),
        sources={source_id: _build_source(source_id, fields) for source_id, fields in sources.value.items()},
    )


def load_yaml(paths: Paths, name: str, cache: Cache | None = None) -> Document:
    """Read one YAML file of ``content/`` and hold it against its schema; what is wrong is in its ``problems``.

    ``name`` is the path below the root. A file without a problem is parsed once for all runs with the same ``cache``.
    """
    schema = find_schema(name)
    data = read_content(paths.root, name, limit=MAX_BYTES)
    if isinstance(data, Problem):
        return Document(path=name, problems=(data,))
    if cache and (known := cache.find(f"yaml of {schema}", data)):
        value, lines = known
        return Document(path=name, value=value, lines=lines)
    document = _parse(data, name, schema)
    if cache and not document.problems:
        cache.keep(f"yaml of {schema}", data, (document.value, dict(document.lines)))
    return document


def _parse(data: bytes, name: str, schema: str) -> Document:
    file = parse_yaml(data, name)
    if any(problem.rule in UNREADABLE for problem in file.problems):
        return build_document(file, file.problems)
    # In the settings and texts for the whole site, comments stand where those who write them want them.
    cut = find_cut_texts(file) if schema == "service" else ()
    return build_document(file, (*file.problems, *check_schema(file, schema), *cut))


#: Rules after which a file has no value that a schema could be held against.
UNREADABLE = frozenset(
    {"too-large", "not-utf-8", "control-character", "merge-conflict", "tab", "syntax", "empty-file", "too-deep"}
    | {"alias", "tag"}
)


def _build_product(raw: Mapping[str, Any]) -> Product:
    return Product(**{**raw, "totp": _build_shared_method(raw["totp"]), "sms": _build_shared_method(raw["sms"])})


def _build_shared_method(raw: Mapping[str, Any]) -> SharedMethod:
    return SharedMethod(**{**raw, "steps": tuple(raw["steps"]), "teammates": tuple(raw["teammates"])})


def _build_source(source_id: str, raw: Mapping[str, Any]) -> Source:
    notices = tuple((notice["title"], notice["text"]) for notice in raw.get("notices", ()))
    return Source(**{**raw, "id": source_id, "licence": Licence(**raw["licence"]), "notices": notices})
