"""Let ``python -m generator`` do the same as ``twofa``."""

try:
    from generator.cli import run
except KeyboardInterrupt:
    # Even the modules were not there yet: 130 is what a shell says of an interrupted program.
    raise SystemExit(130) from None

run()
