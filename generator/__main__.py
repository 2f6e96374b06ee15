"""Let ``python -m generator`` do the same as ``twofa``."""

from generator.cli import run

run()
