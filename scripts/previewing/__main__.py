"""``python -m scripts.previewing OLD NEW FOLDER``: compare two sites, and write what differs where it can be opened."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from generator.config import load_settings
from generator.errors import DirectoryError
from scripts.previewing.copying import write_preview
from scripts.previewing.differences import compare, describe


def main() -> int:
    """Compare, copy, and print the list as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the project")
    parser.add_argument("old", type=Path, help="the site as it was")
    parser.add_argument("new", type=Path, help="the site as it is")
    parser.add_argument("folder", type=Path, help="where to put the pages that differ; it must not be there")
    options = parser.parse_args()
    if options.folder.exists():
        parser.error(f"{options.folder} is there already: name a folder that is not")
    try:
        settings = load_settings(options.root)
    except DirectoryError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    changes = compare(options.old, options.new)
    write_preview(changes, options.new, options.folder, settings.base_url)
    print(describe(changes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
