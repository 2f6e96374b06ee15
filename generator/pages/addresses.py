"""Every address of the site in one place (pure). Paths are root-absolute, without the path of the base URL."""

from __future__ import annotations

from generator.identity import slugify

HOME = "/"
DIRECTORY = "/2fa-directory/"
NO_2FA = "/2fa-directory/no-2fa/"
WEAK_2FA = "/2fa-directory/weak-2fa/"
PASSKEYS = "/2fa-directory/passkeys/"
EVERYWHERE = "/2fa-directory/everywhere/"
FAQ = "/faq/"
METHODOLOGY = "/methodology/"
ATTRIBUTION = "/attribution/"
EDITORS = "/editors/"
CHANGES = "/changes/"
CHANGES_FEED = "/changes.atom"
NOT_FOUND = "/404.html"
SITEMAP = "/sitemap.xml"
SEARCH_INDEX = "/search.json"
ROBOTS = "/robots.txt"
STATUS = "/api/v1/status.json"
HEADERS = "/_headers"
REDIRECTS = "/_redirects"


def service(slug: str) -> str:
    """Return the address of a service's page."""
    return f"/2fa-directory/{slug}/"


def share(slug: str) -> str:
    """Return the address of the page on sharing a service with a team."""
    return f"/share-2fa-for/{slug}/"


def category(name: str) -> str:
    """Return the address of a category's list."""
    return f"/2fa-directory/category/{slugify(name)}/"


def method(name: str) -> str:
    """Return the address of a method's list."""
    return f"/2fa-directory/method/{slugify(name)}/"


def region(code: str) -> str:
    """Return the address of a region's list."""
    return f"/2fa-directory/region/{code}/"


def changes_of(year: str) -> str:
    """Return the address of the page with all changes of a year."""
    return f"{CHANGES}{year}/"


def category_feed(name: str) -> str:
    """Return the address of the feed of a category."""
    return f"{category(name)}changes.atom"


def schema(name: str) -> str:
    """Return the address of a published schema."""
    return f"/schemas/{name}.schema.json"


def path_of(name: str) -> str:
    """Return the path under which a file of the output is found: the reverse of :func:`file_of`."""
    if name == "index.html" or name.endswith("/index.html"):
        name = name.removesuffix("index.html")
    return f"/{name}"


def file_of(path: str) -> str:
    """Return the file of the output that a web server sends for a path: ``/faq/`` is ``faq/index.html``."""
    return (path + "index.html" if path.endswith("/") else path).lstrip("/")
