"""Let ``python -m generator`` do the same as ``twofa``."""

from generator.cli import main

raise SystemExit(main())
