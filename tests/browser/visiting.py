"""What the tests in a browser share: the site under test, a window that notes what goes wrong, looks into a page."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Site:
    """A built site and where it is served."""

    base_url: str
    base_path: str
    folder: Path

    @cached_property
    def paths(self) -> list[str]:
        """Every page, as a path without the path of the base URL."""
        files = sorted(file.relative_to(self.folder).as_posix() for file in self.folder.rglob("*.html"))
        return ["/" + file.removesuffix("index.html") for file in files]

    @cached_property
    def redirects(self) -> list[str]:
        """The pages that lead elsewhere at once."""
        return [path for path in self.paths if 'http-equiv="refresh"' in self.read(path)]

    @cached_property
    def services(self) -> list[str]:
        """The pages of services, the removed ones included."""
        return [path for path in self.paths if 'class="verdict ' in self.read(path)]

    @cached_property
    def listed(self) -> list[str]:
        """The names of all services that are not removed."""
        return [name for name, *_ in json.loads((self.folder / "search.json").read_text())]

    @cached_property
    def samples(self) -> list[str]:
        """One page of every kind, and every service in the sample's odd corners."""
        lists = ("category/other", "method/totp", "region/de", "everywhere", "no-2fa", "weak-2fa", "passkeys")
        services = ("archive", "aerztebank", "bank", "shop", "labs", "mail-example", "cliniko", "github", "bitwarden")
        chosen = [
            *("/", "/changes/", "/faq/", "/methodology/", "/attribution/", "/404.html", "/2fa-directory/"),
            *(f"/2fa-directory/{name}/" for name in (*lists, *services)),
            *("/share-2fa-for/cliniko/", "/share-2fa-for/bitwarden/"),
        ]
        missing = set(chosen) - set(self.paths)
        assert not missing, f"the sample no longer has {missing}"
        return chosen

    def read(self, path: str) -> str:
        """Return a page as it stands on the disk."""
        return (self.folder / (path + "index.html" if path.endswith("/") else path).lstrip("/")).read_text()


@dataclass
class Visitor:
    """A window; ``troubles`` collects errors, answers other than 200 and requests to another host."""

    page: Page
    troubles: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def open(cls, browser: Browser, **options: Any) -> Iterator[Visitor]:
        """Open a window with a profile of its own."""
        context = browser.new_context(**options)
        visitor = cls(page=context.new_page())
        visitor.page.on("console", visitor._note_message)
        visitor.page.on("pageerror", lambda error: visitor.troubles.append(f"{visitor.page.url}: {error}"))
        visitor.page.on("request", visitor._note_request)
        visitor.page.on("response", visitor._note_response)
        try:
            yield visitor
        finally:
            context.close()

    def go(self, site: Site, path: str) -> Page:
        """Open a page of the site and return it."""
        self.page.goto(site.base_url + path)
        return self.page

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.troubles.append(f"{self.page.url}: {message.text}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(f"http://{HOST}:"):
            self.troubles.append(f"{self.page.url} asks for {request.url}")

    def _note_response(self, response: Response) -> None:
        if response.status not in {200, 304}:
            self.troubles.append(f"{self.page.url}: {response.url} is answered with {response.status}")


_CHECKS = Path(__file__).with_name("checks.js").read_text()


def look(page: Page, check: str) -> Any:
    """Run a function of ``checks.js`` in the page and return what it found."""
    return page.evaluate(f"() => {{ {_CHECKS}\nreturn {check}(); }}")
