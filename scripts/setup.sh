# shellcheck shell=bash
# Sourced by the other scripts: finds Python, and keeps .venv as the lock files want it. What it prints goes to standard
# error. After it, $top is the checkout and $venv its virtual environment.

top=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$top/.venv
# Whatever a user's shell points Python and pip at must not leak into the environment.
unset PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_HASHES

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$*"
    exit 1
}

is_python() { # COMMAND: is it a Python that is new enough?
    "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' </dev/null >/dev/null 2>&1
}

has_venv() { # Debian packs these two apart from Python itself.
    "$1" -I -c 'import ensurepip, venv' </dev/null >/dev/null 2>&1
}

find_python() { # Prints the command of a Python that can make a virtual environment.
    local candidate without_venv=''
    if [ -n "${PYTHON:-}" ]; then
        is_python "$PYTHON" || die "PYTHON=$PYTHON is not a working Python 3.11 or newer."
        has_venv "$PYTHON" || die "PYTHON=$PYTHON has no module venv (on Debian: apt-get install python3-venv)."
        printf '%s\n' "$PYTHON"
        return
    fi
    for candidate in python3.13 python3.12 python3.11 python3 python; do
        is_python "$candidate" || continue
        if has_venv "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
        without_venv=${without_venv:-$candidate}
    done
    [ -z "$without_venv" ] || die "$without_venv has no module venv (on Debian: apt-get install python3-venv)."
    die "No Python 3.11 or newer found. Install one, or name it: PYTHON=/path/to/python3 ${0}"
}

install_keys() { # PYTHON: what an installation depends on, a hash for each kind: run, publish, dev. A moved checkout is new.
    "$1" -I -c 'import hashlib, os, sys
top = sys.argv[1]
for locks in ["requirements"], ["requirements", "requirements-publish"], ["requirements", "requirements-dev"]:
    key = hashlib.sha256(sys.version.encode() + os.fsencode(top))
    for name in "pyproject.toml", *(f"{lock}.lock" for lock in locks):
        with open(os.path.join(top, name), "rb") as file:
            key.update(hashlib.sha256(file.read()).digest())
    print(key.hexdigest(), end=" ")' "$top"
}

is_stamped() { # NAME KEY
    [ -x "$venv/bin/python" ] && [ "$(cat -- "$venv/$1" 2>/dev/null)" = "$2" ]
}

pip_install() { # PIP-ARGUMENT...
    local log=$venv/install.log
    "$venv/bin/python" -I -m pip install --disable-pip-version-check --no-input "$@" </dev/null >>"$log" 2>&1 && return
    if grep -q 'DO NOT MATCH THE HASHES' "$log"; then
        die "A downloaded package does not match its hash in the lock file and was not installed. pip's log: $log"
    elif grep -qiE 'connection|timed out|name resolution|max retries|proxyerror|sslerror' "$log"; then
        die "The Python packages could not be downloaded: the package registry was not reached. pip's log: $log"
    fi
    die "The Python packages could not be installed. pip's log: $log"
}

make_venv() { # PYTHON
    local said
    said=$("$1" -I -m venv --clear "$venv" 2>&1) ||
        die "The virtual environment $venv could not be made: $(printf '%s\n' "$said" | grep . | tail -n 1)"
}

set_up_venv() { # run, publish or dev: what a build needs, and what publishing or the tests need besides
    local python run_key publish_key dev_key
    # Two scripts at once must not install into one folder. Where flock is missing, that is left to luck.
    exec 9<"$top/scripts/setup.sh"
    ! command -v flock >/dev/null || flock 9

    python=$venv/bin/python
    if [ -n "${PYTHON:-}" ] || ! is_python "$python"; then
        python=$(find_python) || exit
    fi
    read -r run_key publish_key dev_key <<<"$(install_keys "$python")"

    # Made anew rather than mended, so that nothing stays in it that the lock files no longer name.
    if ! is_stamped stamp-run "$run_key" ||
        { [ "$1" = dev ] && [ -e "$venv/stamp-dev" ] && ! is_stamped stamp-dev "$dev_key"; }; then
        python=$(find_python) || exit
        say "Setting up .venv with $("$python" -I --version) ..."
        make_venv "$python"
        # Wheels only: to build from source would need a compiler, and build tools that no lock file names.
        pip_install --require-hashes --only-binary :all: -r "$top/requirements.lock"
        # "compat" is a line with a path; without it, every start of Python would take twice as long to find the program.
        pip_install --no-deps --no-build-isolation --config-settings editable_mode=compat --editable "$top"
        "$venv/bin/python" -I -m pip --disable-pip-version-check check >>"$venv/install.log" 2>&1 ||
            die "requirements.lock does not fit pyproject.toml: run scripts/lock. pip's log: $venv/install.log"
        printf '%s\n' "$run_key" >"$venv/stamp-run"
    fi
    # Where Python may not write its bytecode (PYTHONDONTWRITEBYTECODE), every run would compile the program anew.
    if [ ! -e "$venv/stamp-compiled" ] ||
        [ -n "$(find "$top/generator" -name '*.py' -newer "$venv/stamp-compiled" -print -quit)" ]; then
        "$venv/bin/python" -m compileall -q "$top/generator" && touch -- "$venv/stamp-compiled" || true
    fi
    if [ "$1" = dev ] && ! is_stamped stamp-dev "$dev_key"; then
        say "Adding the tools for tests to .venv ..."
        pip_install --require-hashes --only-binary :all: -r "$top/requirements-dev.lock"
        printf '%s\n' "$dev_key" >"$venv/stamp-dev"
    fi
    if [ "$1" = publish ] && ! is_stamped stamp-publish "$publish_key" && ! is_stamped stamp-dev "$dev_key"; then
        say "Adding rclone to .venv ..."
        pip_install --require-hashes --only-binary :all: -r "$top/requirements-publish.lock"
        printf '%s\n' "$publish_key" >"$venv/stamp-publish"
    fi
    exec 9<&-
}
