"""What the tests in a browser share: the site under test, a window that notes what goes wrong, checks that run in it."""

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
        singles = ["/", "/faq/", "/methodology/", "/attribution/", "/404.html"]
        lists = ["", "category/other/", "method/totp/", "region/de/", "everywhere/", "no-2fa/", "weak-2fa/", "passkeys/"]
        services = ["archive", "aerztebank", "bank", "shop", "labs", "pass", "cliniko", "github", "bitwarden", "eduid"]
        chosen = [
            *singles,
            *(f"/2fa-directory/{name}" for name in lists),
            *(f"/2fa-directory/{slug}/" for slug in services),
            *("/share-2fa-for/cliniko/", "/share-2fa-for/github/"),
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


#: Opens what is folded, so that a check sees it.
UNFOLD = "() => document.querySelectorAll('details').forEach((details) => { details.open = true; })"

#: By how many pixels the page is wider than the window, and what sticks out.
FIND_OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  const excess = document.documentElement.scrollWidth - width;
  if (excess <= 0) return null;
  const wide = [...document.body.querySelectorAll("*")].filter((element) => element.getBoundingClientRect().right > width);
  return `${excess} px: ${wide.map((element) => element.tagName + "." + element.className).slice(0, 5).join(", ")}`;
}"""

#: How each visible text stands out from what is behind it, by the formula of WCAG 2.2 (relative luminance).
MEASURE_CONTRAST = """() => {
  const parse = (colour) => {
    const parts = /^rgba?\\(([\\d.]+), ([\\d.]+), ([\\d.]+)(?:, ([\\d.]+))?\\)$/.exec(colour);
    if (!parts) throw new Error(`a colour that this check can't read: ${colour}`);
    return [...parts.slice(1, 4).map(Number), parts[4] === undefined ? 1 : Number(parts[4])];
  };
  const lay = (over, under) => [0, 1, 2].map((i) => over[i] * over[3] + under[i] * (1 - over[3]));
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.opacity !== "1" || style.backgroundImage !== "none") throw new Error("this check knows plain colours only");
      layers.push(parse(style.backgroundColor));
    }
    const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
    return layers.reduceRight((under, layer) => lay(layer, under), canvas);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const compare = (colour, element) => {
    const ground = behind(element);
    const [dark, light] = [luminance(lay(parse(colour), ground)), luminance(ground)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const measured = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.data.trim();
    if (text && element.checkVisibility()) measured.push([text, compare(getComputedStyle(element).color, element)]);
  }
  for (const input of document.querySelectorAll("input")) {
    measured.push([input.placeholder, compare(getComputedStyle(input, "::placeholder").color, input)]);
    measured.push(["what is typed", compare(getComputedStyle(input).color, input)]);
  }
  return measured;
}"""

#: The element that has the focus: what it is, whether it can be seen, how its outline looks.
DESCRIBE_FOCUS = """() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    name: element === document.body ? "" : `${element.tagName} ${element.textContent.trim() || element.id}`,
    seen: box.width > 0 && box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight,
    outlined: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    colour: outlineColor,
  };
}"""

#: The FAQ as a reader has it and as a machine has it.
READ_FAQ = """() => {
  const shown = [];
  for (const part of document.querySelectorAll("dl.faq > *")) {
    if (part.matches("dt")) shown.push([part.textContent]);
    else if (!part.matches(".aside")) shown.at(-1).push(part.textContent);
  }
  const told = [...document.querySelectorAll('script[type="application/ld+json"]')].map((script) => JSON.parse(script.text));
  return {
    shown,
    told: told.flatMap(({ mainEntity }) => mainEntity.map(({ name, acceptedAnswer }) => [name, acceptedAnswer.text])),
    visible: [...document.querySelectorAll("dl.faq > *")].every((part) => part.checkVisibility() && part.innerText.trim()),
  };
}"""
