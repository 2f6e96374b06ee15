"""Where a site may be built or published: nowhere that the project would lose anything, whatever it is called."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from generator.publishing.place import check_remote
from tests.helpers import Project, make_project, read_tree
from tests.marks import mark_thorough

if TYPE_CHECKING:
    from collections.abc import Iterator

FIX = "→ name a folder beside the project, or a new one in it such as dist"

#: Refused for both commands, from the project's folder.
REFUSED = (
    *(".", "..", "../project", "content", "content/", "content/services", "content/new", "content/new/er", "data"),
    *("templates/static", "generator", "scripts/new", ".git", ".git/hooks", ".twofa", ".twofa/x"),
    *("site/2fa-directory", "site/new", ".site.next", ".site.next/x", ".site.previous", ".site.aside", ".site.lock"),
    *("docs", "docs/deep", "README.md", "dist/../content", "link", "link/new", "above/project/data", "dangling"),
    # One names the folder that the link lies in to rclone, the other the one above where it leads.
    *("up/../content", "elsewhere/../new"),
)
OUTPUTS = ("site", "../project/site", "./site/")
BUILD = (("build", "--out"), ("nightly", "--out"))
PUBLISH = (("publish",), ("publish", "--prune"), ("publish", "--dry-run"), ("nightly", "--publish"))

ALLOWED = ("dist", "dist/a", "../beside", "content2", "docs/new", "data2/../dist3", ".sites", "./x:y/../dist4")


def git(folder: Path, *arguments: str | Path) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def make_repository(project: Project) -> None:
    project.write("docs/deep/x.md", "tracked")
    project.write("README.md", "tracked")
    project.write(".gitignore", "site/\n.site.*\n.twofa/\ndist/\n")
    git(project.root, "init", "-q")
    git(project.root, "add", ".")
    git(project.root, "commit", "-qm", "All")


def make_built(folder: Path) -> Project:
    """Return a project with a site and the one before it, in a repository of git."""
    (folder / "project").mkdir()
    project = make_project(folder / "project")
    for title in ("Older", "Newer"):
        project.write("content/site.yaml", project.read("content/site.yaml").replace("Tiny", f"{title} Tiny"))
        assert project.build().code == 0
    make_repository(project)
    (project.root / "link").symlink_to("content")
    (project.root / "dangling").symlink_to("content/to/come")
    (project.root / "above").symlink_to("..")
    (project.root / "up").symlink_to("/usr")
    (folder / "other").mkdir()
    (project.root / "elsewhere").symlink_to(project.content / "services")
    return project


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Project:
    return make_built(tmp_path_factory.mktemp("built"))


@pytest.fixture
def fresh(tmp_path, monkeypatch) -> Project:
    project = make_built(tmp_path)
    monkeypatch.chdir(project.root)
    return project


def stamp_all(folder: Path) -> dict[str, tuple[int, ...]]:
    """Return how everything below a folder lies there, links and folders included."""
    infos = {str(path): path.lstat() for path in (folder, *folder.rglob("*"))}
    return {name: (info.st_ino, info.st_mode, info.st_size, info.st_mtime_ns) for name, info in infos.items()}


def expect_refusal(project: Project, commands: tuple[tuple[str, ...], ...], place: str, shown: str = "") -> None:
    before = stamp_all(project.root.parent)
    for command in commands:
        outcome = project.run(*command, place)
        assert (outcome.code, outcome.out) == (2, ""), (command, outcome)
        assert outcome.err.startswith("twofa: ")
        assert outcome.err.endswith(f"{FIX}\n")
        assert (shown or place) in outcome.err
        assert len(outcome.err.splitlines()) == 1
        assert stamp_all(project.root.parent) == before, command


@pytest.mark.parametrize(
    "place",
    mark_thorough(REFUSED, every=4),
)
def test_nothing_of_the_project_is_overwritten(built, monkeypatch, place):
    monkeypatch.chdir(built.root)
    expect_refusal(built, (*PUBLISH, ("publish", "--out", str(built.site))), place)
    # Without its ".." before any link is resolved, as a build and a backend of rclone take it, it is a new folder.
    if place != "elsewhere/../new":
        expect_refusal(built, BUILD, place, os.path.abspath(place))
        if not Path(place).is_file():
            expect_refusal(built, PUBLISH[:1], f":local:{place}")


@pytest.mark.parametrize("place", ["/", ":local:/", "//", "/."])
def test_nor_is_the_whole_machine(built, monkeypatch, place):
    """Without anything that could do it, or a mistake in the program would be one in the machine that tests it."""
    expect_refusal(built, (("publish", "--dry-run"), ("publish", "--dry-run", "--prune")), place)
    if not place.startswith(":"):
        expect_refusal(built, BUILD[:1], place, "/")


@pytest.mark.parametrize("place", OUTPUTS)
def test_a_site_is_not_published_into_itself(built, monkeypatch, place):
    monkeypatch.chdir(built.root)
    expect_refusal(built, PUBLISH, place)


@pytest.mark.thorough
def test_a_site_elsewhere_is_not_published_into_itself_nor_into_the_usual_one(fresh):
    for out in ("../other/one", "../other/two"):
        assert fresh.build("--out", out).code == 0
    (fresh.root.parent / "other/link").symlink_to("one")
    for out in ("../other/one", "../other/link"):
        for place in ("../other", "../other/one", "../other/link/x", "../other/.one.next", "site", ".site.previous"):
            expect_refusal(fresh, (("publish", "--out", out),), place)
        assert fresh.run("publish", "--out", out, "--dry-run", "../other/two").code == 0


@pytest.mark.thorough
@pytest.mark.parametrize("place", ALLOWED)
def test_what_stays_allowed(fresh, place):
    for command in (("publish",), ("publish", "--prune")):
        for number in range(2):
            outcome = fresh.run(*command, place)
            assert outcome.code == 0, outcome.err
            assert read_tree(Path(os.path.abspath(place)))["index.html"] == (fresh.site / "index.html").read_bytes()
            fresh.write_curated("alpha", f"domain: alpha.example\naliases: [A{number}]\n")
            assert fresh.build().code == 0
    shutil.rmtree(os.path.abspath(place))
    for _ in range(2):
        assert fresh.build("--out", place).code == 0
    assert fresh.build("--out", os.path.abspath("site")).code == 0
    assert fresh.build("--out", "above/project/site").code == 0, "the usual output by another name"


@pytest.mark.thorough
def test_a_project_that_is_no_repository(site, monkeypatch):
    site.write("docs/x.md", "tracked by nothing")
    monkeypatch.chdir(site.root)
    monkeypatch.setenv("PATH", "/nowhere")
    for place in ("dist", "docs", "../beside"):
        for _ in range(2):
            assert site.run("publish", place).code == 0
    for place in (".", "content", "site"):
        expect_refusal(site, PUBLISH, place)


# --- What git says ----------------------------------------------------------------------------------------------------


def test_what_a_hook_sets_does_not_mislead(fresh, monkeypatch):
    git(fresh.root.parent, "init", "-q", "hooked")
    hooked = fresh.root.parent / "hooked"
    monkeypatch.setenv("GIT_DIR", str(hooked / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(hooked))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(fresh.root))
    expect_refusal(fresh, (*BUILD, *PUBLISH), "docs")


@pytest.mark.thorough
@pytest.mark.parametrize("case", ["no git", "no repository"])
def test_where_git_gives_no_answer(fresh, monkeypatch, case):
    """A folder may hold a tracked file then, unless it is empty or a site."""
    reason = "git can't be run: No such file or directory"
    if case == "no git":
        monkeypatch.setenv("PATH", "/nowhere")
    else:
        shutil.rmtree(fresh.root / ".git/objects")
        reason = "not a git repository"
    for arguments in (("publish", "docs"), ("nightly", "--publish", "docs")):
        outcome = fresh.run(*arguments)
        assert outcome.code == 2
        assert "is there already, and git does not say whether it holds a tracked file" in outcome.err
        assert reason in outcome.err
        assert "→ mend that, or name a folder beside the project" in outcome.err
    (fresh.root / "empty").mkdir()
    for _ in range(2):
        for arguments in (("build", "--out", "dist"), ("build", "--out", "empty"), ("publish", "dist2")):
            assert fresh.run(*arguments).code == 0, arguments
    expect_refusal(fresh, (*BUILD, *PUBLISH), "content/new")


def test_a_repository_of_another_owner(fresh, monkeypatch):
    """As in a container that mounts a checkout: git is asked all the same."""
    if os.getuid() != 0:
        pytest.skip("only root can give a folder away")
    for path in (fresh.root, fresh.root / ".git"):
        os.chown(path, 65534, 65534)
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    expect_refusal(fresh, (*BUILD, *PUBLISH), "docs")
    for _ in range(2):
        assert fresh.run("build", "--out", "dist").code == 0


@pytest.mark.thorough
def test_a_worktree_and_a_folder_of_a_repository(fresh, monkeypatch):
    worktree = Project(root=fresh.root.parent / "worktree")
    git(fresh.root, "worktree", "add", "-q", worktree.root)
    (worktree.content / "services").mkdir()
    assert worktree.build().code == 0
    monkeypatch.chdir(worktree.root)
    for place in ("../project/.git", "../project/.git/worktrees/worktree/x", "../project", ".git", "docs"):
        expect_refusal(worktree, (*BUILD, *PUBLISH), place, Path(place).name)
    within = make_project(fresh.root / "within")
    assert within.build().code == 0
    within.write("docs/x.md", "tracked")
    git(fresh.root, "add", "within")
    monkeypatch.chdir(within.root)
    for place in ("../.git/x", "..", "docs"):
        expect_refusal(within, (*BUILD, *PUBLISH), place, Path(place).name.strip(".") or "holds")
    assert within.run("publish", "../beside").code == 0


@pytest.mark.thorough
def test_files_of_a_submodule_are_tracked(fresh):
    git(fresh.root.parent, "clone", "-q", "project", "module")
    git(fresh.root, "submodule", "add", "-q", "../module", "sub")
    for place in ("sub", "sub/docs"):
        expect_refusal(fresh, (*BUILD, *PUBLISH), place)


# --- Other ways to a folder -------------------------------------------------------------------------------------------


@pytest.fixture
def mounted(fresh) -> Iterator[Path]:
    """Return a second way into the project that no path tells."""
    place = fresh.root.parent / "mounted"
    place.mkdir()
    if subprocess.run(["mount", "--bind", fresh.root, place], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


@pytest.mark.thorough
def test_a_mount_leads_to_the_same_folders(fresh, mounted):
    for place in (".", "content", "content/services", "content/new", "site", "site/new", ".site.previous", "docs"):
        outcomes = [fresh.run(*command, mounted / place) for command in (*BUILD, *PUBLISH)]
        assert [outcome.code for outcome in outcomes] == [2] * len(outcomes), (place, outcomes)
    assert fresh.run("publish", mounted / "dist").code == 0
    assert fresh.run("publish", mounted / "dist").code == 0


@pytest.mark.thorough
@pytest.mark.parametrize(
    "remote",
    [
        *(":local:", ":local:.", ":local:..", ":local:docs", ":local:dist/../content", ":local:link/x"),
        *(":local,case_sensitive=true:content", ":local,encoding='None':{root}/content/x", "loc:content/", "loc:"),
        *("al:", "al:services", ":alias,remote='{root}/content':", "elsewhere:x/.."),
        *("loc:link/../content", "./up/../content", "deep:"),
    ],
)
def test_whatever_rclone_calls_a_folder(built, monkeypatch, remote):
    monkeypatch.chdir(built.root)
    variables = {
        "LOC_TYPE": "local",
        "AL_TYPE": "alias",
        "AL_REMOTE": f"{built.root}/content",
        "DEEP_TYPE": "alias",
        "DEEP_REMOTE": "al:services",
        "ELSEWHERE_TYPE": "alias",
        "ELSEWHERE_REMOTE": str(built.root),
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"RCLONE_CONFIG_{name}", value)
    remote = remote.format(root=built.root)
    expect_refusal(built, PUBLISH, remote, remote.partition(",")[0])


@pytest.mark.thorough
def test_names_with_a_colon_and_aliases_that_stay_allowed(fresh, monkeypatch):
    monkeypatch.setenv("RCLONE_CONFIG_AL_TYPE", "alias")
    monkeypatch.setenv("RCLONE_CONFIG_AL_REMOTE", str(fresh.root.parent / "beside"))
    for remote in ("./a:b", "dist/a:b", ":local:dist", ":local:../beside2", "al:", "al:deep"):
        for _ in range(2):
            outcome = fresh.run("publish", remote)
            assert outcome.code == 0, outcome.err
    assert (fresh.root / "a:b/index.html").is_file()
    assert (fresh.root.parent / "beside/deep/index.html").is_file()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "remote",
    [
        ":hasher,remote='{root}':content",
        ":combine,upstreams='a={root}/content':a",
        ":chunker,remote='{root}/content':",
        ":union,upstreams='{root}/content {root}/../other':",
        ":archive:{root}/content",
        "web:p",
    ],
)
def test_a_place_that_stands_for_others(built, monkeypatch, remote):
    """What lies behind it, rclone does not tell."""
    monkeypatch.setenv("RCLONE_CONFIG_WEB_TYPE", "combine")
    monkeypatch.setenv("RCLONE_CONFIG_WEB_UPSTREAMS", f"p={built.root}")
    before = stamp_all(built.root.parent)
    for command in PUBLISH:
        outcome = built.run(*command, remote.format(root=built.root))
        assert outcome.code == 2
        assert "stands for another place, but rclone does not say which → publish to" in outcome.err
        assert stamp_all(built.root.parent) == before


@pytest.mark.thorough
def test_names_are_read_alike_whatever_the_environment_says(fresh, monkeypatch):
    """With another encoding, the second of these would be the folder above to rclone."""
    monkeypatch.setenv("RCLONE_LOCAL_ENCODING", "None")
    monkeypatch.setenv("RCLONE_COPY_LINKS", "true")
    before = read_tree(fresh.content)
    for place in ("content／services", "．．"):  # noqa: RUF001 (they are meant)
        fresh.run("publish", "--prune", place)
        assert read_tree(fresh.content) == before
    assert (fresh.root / ".git").is_dir()


@pytest.mark.thorough
def test_a_link_inside_the_place_leads_nowhere_into_the_project(fresh):
    (fresh.root.parent / "www/deep").mkdir(parents=True)
    (fresh.root.parent / "www/deep/x").symlink_to(fresh.content)
    expect_refusal(fresh, PUBLISH, "../www", "www/deep/x")
    (fresh.root.parent / "www/deep/x").unlink()
    (fresh.root.parent / "www/deep/x").symlink_to("../../other")
    assert fresh.run("publish", "../www").code == 0


def test_a_folder_of_the_project_that_is_a_link(site, monkeypatch):
    (site.root / "guides").mkdir()
    (site.content / "services").rename(site.root / "guides/s")
    (site.content / "services").symlink_to("../guides/s")
    monkeypatch.chdir(site.root)
    for place in ("content/services", "guides", "guides/s", "guides/s/new"):
        expect_refusal(site, (*BUILD, *PUBLISH), place, place.rpartition("/")[2])


def test_control_characters_are_what_rclone_takes_them_for(tmp_path, monkeypatch):
    folder = tmp_path / "two\nlines"
    folder.mkdir()
    project = make_built(folder)
    monkeypatch.chdir(tmp_path)
    for place in ("two\nlines/project/content", "two␊lines/project/content", ":local:two\nlines/project/content"):
        before = stamp_all(tmp_path)
        assert project.run("publish", "--prune", place).code == 2
        assert stamp_all(tmp_path) == before


def test_a_bucket_is_asked_for_nothing(built, bucket, monkeypatch):
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    for remote in (bucket.remote, "web:bucket", "web:bucket/content", "web:"):
        check_remote(str(built.root), remote, str(built.site))
    assert bucket.log == []


def test_a_path_costs_no_process(built, monkeypatch):
    monkeypatch.chdir(built.root)
    monkeypatch.setenv("RCLONE", "/nowhere/rclone")
    for place in ("dist", "./a:b", "/srv/x:y", "a,b/c"):
        check_remote(str(built.root), place, str(built.site))
