"""``python -m scripts.benching``."""

from scripts.benching.cli import main

raise SystemExit(main())
