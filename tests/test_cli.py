"""The command line: arguments, exit codes, what goes to which stream, and never a traceback."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import tomllib

import pytest

from generator import __version__
from generator.cli import find_root
from tests.helpers import CHECKOUT, ENTRIES, SITE, TODAY, make_entry, run_cli, run_process, stamp_tree, within

# --- Usage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("unknown",),
        ("build", "--unknown"),
        ("build", "extra"),
        ("build", "--date", "yesterday"),
        ("build", "--date", "2026-02-30"),
        ("build", "--date", "2026-1-5"),
        ("build", "--date", "20260105"),
        ("build", "--date", "٢٠٢٦-٠١-٠٥"),  # noqa: RUF001
        ("build", "--base-url", "tiny.example"),
        ("build", "--base-url", "https://tiny.example/?x"),
        ("build", "--base-url", "javascript:alert(1)"),
        ("check", "--date", "2026-13-01"),
        ("fetch", "--give-up-after", "0"),
        ("fetch", "--give-up-after", "-1"),
        ("fetch", "--give-up-after", "inf"),
        ("fetch", "--give-up-after", "soon"),
        ("fetch", "unknown"),
        ("fetch", "2fa-directory", "passkeys", "--from", "x.json"),
    ],
)
def test_wrong_usage(tiny, arguments):
    before = stamp_tree(tiny.root)
    outcome = tiny.run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err
    assert stamp_tree(tiny.root) == before


@pytest.mark.parametrize("command", [[], ["fetch"], ["build"], ["check"]])
def test_help(command):
    outcome = run_cli(*command, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith("usage: twofa")


def test_version():
    assert run_cli("--version").out == f"twofa {__version__}\n"


@pytest.mark.parametrize("command", ["build", "check", "fetch"])
def test_a_folder_that_is_no_project(tmp_path, command):
    outcome = run_cli("--root", tmp_path, command)
    assert (outcome.code, outcome.out) == (2, "")
    assert "content/site.yaml" in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["build", "check", "todo"])
def test_a_folder_that_nobody_can_look_into(tmp_path, command):
    """As one without permissions, which would not stop the system's administrator."""
    (tmp_path / "loop").symlink_to("loop")
    outcome = run_cli("--root", tmp_path / "loop", command)
    assert (outcome.code, outcome.out) == (6, "")
    assert "content/site.yaml can't be read" in outcome.err


# --- Which project ----------------------------------------------------------------------------------------------------


def test_root_is_the_one_named_else_here_else_the_checkout(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tiny.root)
    assert find_root(None) == tiny.root
    monkeypatch.chdir(tmp_path)
    assert find_root(None) == CHECKOUT
    assert find_root(str(tiny.root)) == tiny.root
    monkeypatch.chdir(tiny.root.parent)
    assert find_root("project") == tiny.root


def test_a_project_that_nobody_can_look_into_is_not_taken_for_another(tmp_path):
    """Links in circles can't be read, whoever runs this."""
    (tmp_path / "content").symlink_to("content")
    done = subprocess.run(
        [sys.executable, "-m", "generator", "check"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (6, "")
    assert f"{tmp_path}/content/site.yaml can't be read" in done.stderr


def test_outputs_are_named_from_here_and_not_from_the_root(tiny, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert tiny.build("--out", "public").code == 0
    assert (tmp_path / "elsewhere" / "public" / "index.html").is_file()
    assert not tiny.site.exists()


# --- Streams ----------------------------------------------------------------------------------------------------------


def test_build_says_what_it_did(tiny):
    outcome = tiny.build()
    assert (outcome.code, outcome.err) == (0, "")
    said = r"\d+ pages rendered, 0 kept, 0 files pruned"
    assert re.fullmatch(rf"{said}: \d+ files, 0\.\d MB in {re.escape(str(tiny.site))} \(.* s\)\n", outcome.out)


def test_build_from_the_sample_says_so(tiny):
    tiny.forget_snapshot()
    assert "sample" in tiny.build().out
    assert tiny.build("--json").json["sample"] is True


def test_build_json(tiny):
    tiny.write_curated("first", "domain: alpha.example\n")
    outcome = tiny.build("--json")
    assert {"rendered", "kept", "pruned", "files", "bytes", "seconds"} <= set(outcome.json)
    files = [path for path in tiny.site.rglob("*") if path.is_file()]
    assert outcome.json["files"] == len(files)
    assert outcome.json["bytes"] == sum(path.stat().st_size for path in files)
    assert all(isinstance(spent, float) for spent in outcome.json["seconds"].values())
    assert "[file-name]" in outcome.err, "warnings stay off standard output"


def test_check_json_has_the_shape_of_the_product(tiny):
    tiny.write_curated("alpha", "domain: alpha.example\nx: y\n")
    (problem,) = tiny.check()
    assert list(problem) == ["path", "line", "column", "rule", "message", "fix", "severity"]


def test_check_json_of_broken_settings(tiny):
    tiny.write("content/site.yaml", SITE + "titel: x\n")
    outcome = tiny.run("check", "--json")
    assert outcome.code == 5
    assert [problem["rule"] for problem in outcome.json["problems"]] == ["unknown-key"]


def test_build_shows_every_problem_on_a_line_of_its_own(tiny):
    tiny.write_curated("alpha", "domain: alpha.example\nx: y\ndisputed: NO\n")
    tiny.write_curated("bravo", "domain: bravo.example\nfaq: []\n")
    outcome = tiny.build("--json")
    assert (outcome.code, outcome.out) == (5, "")
    lines = outcome.err.splitlines()
    assert [line.split(": ")[0] for line in lines[:-1]] == [
        "content/services/alpha.yaml:2:1",
        "content/services/alpha.yaml:3:11",
        "content/services/bravo.yaml:2:6",
    ]
    assert lines[-1] == "twofa: 3 errors in content or data; nothing was built"


def test_fetch_from_a_file_then_build(tiny, tmp_path):
    """The two programs meet at the snapshot."""
    served = [*ENTRIES.values(), make_entry("new.example", "totp")]
    (tmp_path / "all.json").write_text(json.dumps(served))
    outcome = tiny.run("fetch", "--from", tmp_path / "all.json", "--date", TODAY, "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["sources"]["2fa-directory"]["events"] == {"added": 1}
    assert tiny.build().code == 0
    assert (tiny.site / "2fa-directory" / "new" / "index.html").is_file()


@pytest.mark.parametrize(
    ("served", "code"),
    [(None, 3), (b"", 4), (b"{", 4), (b"[]", 4), (b'{"One": {}}', 4)],
)
def test_failed_fetch(tiny, tmp_path, served, code):
    if served is not None:
        (tmp_path / "all.json").write_bytes(served)
    before = {name: data for name, data in stamp_tree(tiny.root).items() if "reports/" not in name}
    outcome = tiny.run("fetch", "--from", tmp_path / "all.json", "--json")
    assert outcome.code == code
    assert outcome.json["sources"]["2fa-directory"]["status"] == ("unreachable" if code == 3 else "refused")
    assert {name: data for name, data in stamp_tree(tiny.root).items() if name in before} == before


# --- Processes --------------------------------------------------------------------------------------------------------


def test_module_and_program_are_the_same(tiny):
    outcome = run_process("--root", tiny.root, "check", "--json", "--date", TODAY)
    assert (outcome.code, outcome.json, outcome.err) == (0, {"problems": []}, "")


def test_no_traceback_in_a_plain_locale(tiny):
    """Names and arrows go to a terminal that may know ASCII only."""
    tiny.write_curated("alpha", "domain: alpha.example\ndisputéd: é\n")
    for encoding in ("ascii", "latin-1"):
        env = {"LC_ALL": "C", "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        for arguments in (("check",), ("check", "--json"), ("build",)):
            outcome = run_process("--root", tiny.root, *arguments, "--date", TODAY, env=env)
            assert outcome.code == 5, outcome.err
            assert "Traceback" not in outcome.err
            if "--json" in arguments:
                assert outcome.json["problems"][0]["message"] == "unknown key disputéd"


def test_reader_that_has_gone(tiny):
    """As with ``twofa check | head -1``."""
    for number in range(300):
        tiny.write_curated(f"s{number}", "domain: alpha.example\nx: y\n" * 20)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "generator", "--root", str(tiny.root), "check"],
            cwd=CHECKOUT, stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.stderr == ""


@pytest.mark.parametrize("module", ["generator.cli", "argparse", "generator.commands.check"])
def test_interrupted_before_it_has_begun(tiny, module):
    script = f"""
import os, runpy, signal, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
sys.argv[1:] = ["--root", {str(tiny.root)!r}, "check"]
runpy.run_module("generator", run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("start", ["import generator.__main__ as main; main.start()", "PROGRAM"])
def test_interrupted_where_python_would_lose_or_wrap_it(tiny, start):
    """What is raised while a class is made or a weak reference ends comes out as another error, or not at all."""
    program = "from importlib.metadata import EntryPoint; EntryPoint('twofa', {!r}, 'console_scripts').load()()"
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    start = program.format(settings["project"]["scripts"]["twofa"]) if start == "PROGRAM" else start
    script = f"""
import os, signal, sys, weakref
class Gone:
    pass
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "generator.cli":
            gone = Gone()
            self.reference = weakref.ref(gone, lambda _: os.kill(os.getpid(), signal.SIGINT))
            del gone
sys.meta_path.insert(0, Interrupt())
sys.argv[1:] = ["--root", {str(tiny.root)!r}, "check"]
{start}
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_an_interrupt_that_the_caller_ignores_stays_ignored(tiny):
    """As in the background of a shell."""
    script = f"trap '' INT; exec {shlex.quote(sys.executable)} -m generator --root {shlex.quote(str(tiny.root))} check"
    process = subprocess.Popen(["sh", "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    for _ in range(20):
        if process.poll() is None:
            time.sleep(0.01)
            process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "No problems.\n")


@pytest.mark.parametrize(
    ("module", "phase"), [("gather", "load_content"), ("whole", "plan_site"), ("release", "open_stage")]
)
def test_interrupted(tiny, module, phase):
    tiny.build()
    tiny.write("content/site.yaml", SITE.replace("Tiny", "Small"))
    before = stamp_tree(tiny.site)
    script = (
        "import os, signal\n"
        f"import generator.{'catalogue' if module == 'gather' else 'build'}.{module} as module\n"
        f"module.{phase} = lambda *_, **__: os.kill(os.getpid(), signal.SIGINT)"
    )
    outcome = run_process("--root", tiny.root, "build", script=script)
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "twofa: interrupted\n")
    assert stamp_tree(tiny.site) == before


def test_a_real_interrupt_while_another_build_waits(tiny):
    script = (
        "import sys, time\n"
        "from generator.cli import main\n"
        "import generator.catalogue.gather as gather\n"
        "gather.load_content = lambda *_: (print('ready', flush=True), time.sleep(60))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, "--root", str(tiny.root), "build"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    busy = tiny.build()
    assert (busy.code, busy.out) == (75, "")
    assert "another build is running" in busy.err
    process.send_signal(signal.SIGINT)
    with within(20):
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "twofa: interrupted\n")
    assert tiny.build().code == 0, "the lock went with its holder"


# --- Where output can't go, and folders can't be read -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("redirect", "code"),
    [
        ("check > /dev/full", 6),
        ("todo >&-", 0),
        ("check nosuch 2>/dev/full", 2),
        ("check nosuch 2>&-", 2),
        ("check nosuch >&- 2>&-", 2),
    ],
)
def test_full_and_closed_streams(tiny, redirect, code):
    script = f"exec {shlex.quote(sys.executable)} -m generator --root {shlex.quote(str(tiny.root))} {redirect}"
    done = subprocess.run(["sh", "-c", script], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == "", "nothing that belongs on standard error"


def test_a_folder_that_can_not_be_read_is_told(tiny):
    """Links in circles can't be read, whoever runs this."""
    (tiny.content / "services").rmdir()
    (tiny.content / "services").symlink_to("services")
    for command in (["check"], ["todo"], ["explain", "alpha"], ["new", "bravo.example"]):
        outcome = run_process("--root", tiny.root, *command)
        assert outcome.code in {0, 5, 6}
        assert "Traceback" not in outcome.err


def test_a_working_folder_that_has_gone(tiny, tmp_path):
    script = f"mkdir gone && cd gone && rmdir ../gone && {shlex.quote(sys.executable)} -m generator --root"
    done = subprocess.run(
        ["sh", "-c", f"{script} {shlex.quote(str(tiny.root))} check"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "No problems.\n")


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "3000-01-01", "9999-12-31"])
def test_days_far_from_ours_are_usage_errors(tiny, day):
    outcome = tiny.run("todo", "--date", day)
    assert outcome.code == 2
    assert "from 2000 to 2999" in outcome.err


def test_file_names_give_no_orders_to_terminals_and_workflows(tiny):
    tiny.write_curated("a\n::error file=README.md::x\x1b[31m", "domain: alpha.example\n")
    for arguments in (["check"], ["check", "--github"], ["build"]):
        outcome = tiny.run(*arguments)
        text = outcome.out + outcome.err
        assert "file-name" in text
        assert "\x1b" not in text
        assert not [line for line in text.splitlines() if line.startswith("::error")]


@pytest.mark.parametrize("arguments", [["check", ""], ["check", "--fix", ""]])
def test_an_empty_path_means_nothing(tiny, arguments):
    assert tiny.run(*arguments).code == 2


@pytest.mark.parametrize("number", ["0x" + "f" * 4000, "1" + ":59" * 3000, "9" * 5000])
def test_numbers_of_thousands_of_digits(tiny, number):
    tiny.write_curated("alpha", f"domain: alpha.example\naliases:\n  - {number}\n")
    outcome = tiny.run("check")
    assert outcome.code == 5
    assert "[not-text]" in outcome.out
