"""The rules of the house, held over the syntax trees: which room may import which, who touches the disk, the clock."""

from __future__ import annotations

import ast
import subprocess
import sys
from typing import TYPE_CHECKING

import jinja2
import jinja2.nodes
import pytest

from generator.build.closures import list_references
from tests.helpers import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PACKAGE = CHECKOUT / "generator"
TEMPLATES = CHECKOUT / "templates"

PURE = ("model", "errors", "problems", "showing", "identity", "formats")
READING = (
    "config",
    "schemas",
    "validation",
    "conflicts",
    "yamlfile",
    "yamlparse",
    "yamlsyntax",
    "yamlindent",
    "cache",
    "reading",
    "disk",
    "project",
)

#: Room → the rooms that it may import; its own modules always.
ALLOWED: dict[str, tuple[str, ...]] = {
    "showing": (),
    "problems": ("showing",),
    "errors": ("problems",),
    "model": ("errors",),
    "identity": (),
    "schemas": ("errors",),
    "yamlfile": ("problems",),
    "yamlindent": (),
    "yamlsyntax": ("problems", "yamlindent"),
    "conflicts": ("problems",),
    "yamlparse": ("conflicts", "problems", "yamlfile", "yamlsyntax"),
    "disk": (),
    "reading": ("problems",),
    "lock": ("errors",),
    "git": (),
    "destinations": ("errors", "git", "build"),
    "project": ("errors",),
    "limits": (),
    "cache": ("disk",),
    "validation": ("problems", "schemas", "yamlfile"),
    "config": (
        "errors",
        "limits",
        "problems",
        "project",
        "reading",
        "validation",
        "yamlfile",
        "yamlparse",
        "yamlsyntax",
        "cache",
        "schemas",
    ),
    "formats": ("model", "identity", "errors", "problems", "validation"),
    "upstream": (
        "model",
        "config",
        "limits",
        "errors",
        "problems",
        "schemas",
        "validation",
        "disk",
        "lock",
        "identity",
        "formats",
    ),
    "catalogue": (*PURE, *READING),
    "pages": (*PURE, "config", "catalogue", "schemas"),
    "build": (*PURE, *READING, "lock", "catalogue", "pages"),
    "editors": (*PURE, *READING, "lock", "catalogue", "pages", "build", "upstream"),
    "publishing": ("errors", "lock", "destinations", "pages", "build"),
    "commands": (
        *(*PURE, *READING, "lock", "destinations", "catalogue", "pages", "build", "upstream", "editors", "publishing"),
    ),
    "arguments": ("validation",),
    "cli": ("arguments", "errors", "showing", "commands"),
    "__main__": ("cli",),
    "__init__": (),
}

#: Rooms and modules that may touch files.
ON_DISK = (
    "arguments",
    "disk",
    "reading",
    "lock",
    "git",
    "destinations",
    "project",
    "config",
    "cache",
    "schemas",
    "catalogue.load",
    "upstream.store",
    "upstream.transaction",
    "upstream.origin",
    "upstream.http",  # only streams over a connection
    "build",
    "editors",
    "publishing.local",
    "publishing.place",
    "publishing.rclone",
    "publishing.remote",
    "publishing.publishing",
    "commands",
    "cli",
    "__main__",  # only to end the process
)
FILE_MODULES = {"os", "shutil", "tempfile", "glob", "io", "fcntl", "sqlite3", "generator.disk"}
FILE_CALLS = {
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rmdir", "iterdir", "rglob",
    "exists", "is_file", "is_dir", "stat", "touch", "symlink_to", "cwd", "chmod",
}  # fmt: skip
NETWORK = {"requests", "socket", "ssl", "http", "urllib.request", "urllib3"}

#: What makes a result depend on more than its arguments.
IMPURE = {"random", "secrets", "uuid", "locale", "time", "subprocess", "threading", "multiprocessing"}
CALENDAR = {"now", "utcnow", "today", "time", "fromtimestamp", "localtime", "gmtime"}

NOTHING = {"utils", "util", "helpers", "common", "misc"}
LIBRARIES = {"jinja2", "jsonschema", "jsonschema_rs", "yaml", "requests", "markdown", "nh3", "livereload"}

#: Modules that import inside functions, each what few runs need: the command line, once an interrupt ends in silence;
#: the pipeline, for a build that has something to do; the planning of the whole site and the parser of Markdown, which
#: an edited guide seldom needs; jsonschema-rs, for a value that is new; jsonschema and difflib,
#: for one with a fault.
LAZY = (
    *("__main__", "commands.build", "build.pipeline", "pages.markup"),
    *("validation.schema", "validation.wording"),
)

#: Modules over 300 lines: each with its ceiling, and only while it needs it.
LONG = {"model": 350}


def name_of(path: Path) -> str:
    """Return a module's name inside the package: ``catalogue.load``, ``build.__init__`` as ``build``."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


MODULES = {name_of(path): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
SIZES = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in sorted(PACKAGE.rglob("*.py"))}


def find_imports(tree: ast.AST) -> set[str]:
    """Return every module that a tree imports, those only for types included."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def find_rooms(tree: ast.AST) -> set[str]:
    """Return the rooms of the package that a tree imports."""
    rooms = {name.split(".")[1] for name in find_imports(tree) if name.startswith("generator.")}
    return {room for room in rooms if room != "__version__"}


def find_modules(tree: ast.Module) -> set[str]:
    """Return the modules of the package that a tree imports at run time, also inside functions."""
    guarded = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
    types = {id(inner) for node in guarded for statement in node.body for inner in ast.walk(statement)}
    found = set()
    for node in ast.walk(tree):
        if id(node) not in types and isinstance(node, ast.Import | ast.ImportFrom):
            found |= find_imports(node)
    return {name.removeprefix("generator.") for name in found} & MODULES.keys()


def find_calls(tree: ast.AST) -> set[str]:
    """Return the last names of everything that is called: ``read_text`` of ``path.read_text()``."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {call.attr for call in calls if isinstance(call, ast.Attribute)} | {
        call.id for call in calls if isinstance(call, ast.Name)
    }


def is_within(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def touches(tree: ast.AST, modules: set[str]) -> set[str]:
    return {name for name in find_imports(tree) if any(name == top or name.startswith(f"{top}.") for top in modules)}


def find_breaches(rule: Callable[[str, ast.AST], object], outside: tuple[str, ...] = ()) -> dict[str, object]:
    """Return module → what the rule finds in it, for the modules that are not ``outside`` it."""
    found = {module: rule(module, tree) for module, tree in MODULES.items() if not is_within(module, outside)}
    return {module: offence for module, offence in found.items() if offence}


def find_inner_imports(tree: ast.AST) -> list[int]:
    """Return the lines of the imports inside functions."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        node.lineno
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def test_imports_go_one_way():
    rooms = {module.split(".", maxsplit=1)[0] for module in MODULES}
    assert rooms == set(ALLOWED), "every room belongs in the table"

    def rule(module: str, tree: ast.AST) -> set[str]:
        room = module.split(".", maxsplit=1)[0]
        return find_rooms(tree) - {room, *ALLOWED[room]}

    assert find_breaches(rule) == {}


def test_rooms_form_no_circle():
    def reach(room: str, seen: frozenset[str] = frozenset()) -> None:
        assert room not in seen, f"{room} imports itself by way of {sorted(seen)}"
        for other in ALLOWED[room]:
            reach(other, seen | {room})

    for room in ALLOWED:
        reach(room)


def test_modules_form_no_circle():
    """What one module needs of another at run time; types alone may refer to each other."""
    needs = {module: find_modules(tree) - {module} for module, tree in MODULES.items()}

    def reach(module: str, seen: tuple[str, ...] = ()) -> None:
        assert module not in seen, f"{' imports '.join((*seen[seen.index(module) :], module))}"
        if module not in done:
            for other in sorted(needs[module]):
                reach(other, (*seen, module))
            done.add(module)

    done: set[str] = set()
    for module in MODULES:
        reach(module)


def test_no_import_inside_a_function():
    assert find_breaches(lambda _, tree: find_inner_imports(tree), LAZY) == {}


def test_only_some_rooms_touch_files():
    assert find_breaches(lambda _, tree: touches(tree, FILE_MODULES), ON_DISK) == {}
    assert find_breaches(lambda _, tree: find_calls(tree) & FILE_CALLS, ON_DISK) == {}


def test_only_upstream_and_editors_touch_the_network():
    """Fetch and build are two programs: a dead network can never break a build."""
    assert find_breaches(lambda _, tree: touches(tree, NETWORK), ("upstream", "editors")) == {}


def test_pure_rooms_depend_on_their_arguments_only():
    others = (
        *("disk", "reading", "config", "cache", "upstream", "build", "editors", "commands", "cli", "__main__"),
        *("git", "publishing.rclone", "publishing.publishing"),
    )
    assert find_breaches(lambda _, tree: touches(tree, IMPURE), others) == {}
    assert find_breaches(lambda _, tree: "environ" in ast.dump(tree), others) == {}


def test_only_the_command_line_knows_the_day():
    """Deadlines and timings use the monotonic clock, which knows no day."""
    assert find_breaches(lambda _, tree: find_calls(tree) & CALENDAR, ("cli",)) == {}


def test_only_the_command_line_exits_and_prints():
    printing = ("cli", "commands", "editors")
    assert find_breaches(lambda _, tree: find_calls(tree) & {"exit", "print"}, printing) == {}
    # A forked process ends where its work does, one that is interrupted at its start right there.
    assert find_breaches(lambda _, tree: find_calls(tree) & {"_exit"}, ("cli", "__main__", "build.workers")) == {}


def test_no_module_is_named_for_nothing():
    assert [module for module in MODULES if not NOTHING.isdisjoint(module.split("."))] == []


def test_no_module_is_long():
    assert {module: size for module, size in SIZES.items() if size > LONG.get(module, 300)} == {}
    assert [module for module in LONG if SIZES[module] <= 300] == [], "these need no exception any more"


@pytest.mark.parametrize(
    ("source", "find", "expected"),
    [
        ("import generator.disk", find_rooms, {"disk"}),
        ("from generator.catalogue.load import load_content", find_rooms, {"catalogue"}),
        ("from generator import disk, __version__", find_rooms, {"disk"}),
        ("if TYPE_CHECKING:\n    from generator.pages import plan", find_rooms, {"pages"}),
        ("def f():\n    from generator import pages", find_rooms, {"pages"}),
        ("def f():\n    import os", find_inner_imports, [2]),
        ("async def f():\n    if x:\n        from os import path", find_inner_imports, [3]),
        ("import os", find_inner_imports, []),
        ("path.read_text(); open(name)", find_calls, {"read_text", "open"}),
        ("datetime.now(UTC); datetime.date.today()", find_calls, {"now", "today"}),
        ("from os import path", lambda tree: touches(tree, FILE_MODULES), {"os", "os.path"}),
        ("import urllib.request", lambda tree: touches(tree, NETWORK), {"urllib.request"}),
        ("from urllib.parse import quote", lambda tree: touches(tree, NETWORK), set()),
        ("from generator.catalogue.load import load_content", find_modules, {"catalogue.load"}),
        ("from generator import disk", find_modules, {"disk"}),
        ("if TYPE_CHECKING:\n    from generator import disk", find_modules, set()),
        ("def f():\n    import generator.disk", find_modules, {"disk"}),
    ],
)
def test_the_rules_see_what_they_forbid(source, find, expected):
    assert find(ast.parse(source)) == expected


def test_the_command_line_loads_no_library_before_it_must():
    """The third-party libraries take 0.3 s together, which ``--help`` must not pay."""
    load = "import sys, generator.cli; generator.cli.build_parser()"
    script = f"{load}; print(sorted({LIBRARIES} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- Templates --------------------------------------------------------------------------------------------------------

PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def parse_template(text: str) -> jinja2.nodes.Template:
    return jinja2.Environment(autoescape=True).parse(text)


def read_template(name: str) -> jinja2.nodes.Template:
    return parse_template((TEMPLATES / name).read_text("utf-8"))


def find_included(template: jinja2.nodes.Template) -> list[str | None]:
    """Return the names of the templates that one is made of; None for a name that is worked out."""
    return [name for name, _ in list_references(template)]


def find_unescaped(template: jinja2.nodes.Template) -> list[int]:
    """Return the lines where a template switches escaping off."""
    filters = [node.lineno for node in template.find_all(jinja2.nodes.Filter) if node.name == "safe"]
    return filters + [node.lineno for node in template.find_all(jinja2.nodes.ScopedEvalContextModifier)]


def test_templates_name_what_they_include():
    """The closure of a template must be known without rendering it."""
    included = {name: find_included(read_template(name)) for name in PAGES}
    assert {name: found for name, found in included.items() if not set(found) <= set(PAGES)} == {}
    assert find_included(parse_template("{% include name %}")) == [None]
    assert find_included(parse_template("{% extends 'a' ~ b %}")) == [None]
    assert find_included(parse_template("{% include ['a.html', 'b.html'] %}")) == [None]


def test_templates_switch_off_no_escaping():
    found = {name: find_unescaped(read_template(name)) for name in PAGES}
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert find_unescaped(parse_template("{{ name|safe }}\n{% autoescape false %}{% endautoescape %}")) == [1, 2]


def test_every_template_is_used():
    used = {found for name in PAGES for found in find_included(read_template(name))}
    constants = [node for tree in MODULES.values() for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    named = {node.value for node in constants if isinstance(node.value, str)}
    assert [name for name in PAGES if name not in used | named] == []
