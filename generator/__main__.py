"""How the program starts: ``python -m generator`` and ``twofa`` alike.

Until our own modules are there, nobody could tell what an interrupt means to a command, and one that is raised in the
middle of an import may come out as another error or be lost. So Ctrl-C just ends the process for that long.
"""

import os
import signal

INTERRUPTED = 130  # what a shell says of an interrupted program


def start() -> None:
    """Import the command line and run it; an interrupt before that ends in silence."""
    # Anything else was set by whoever called, such as a shell that has what runs in the background ignore Ctrl-C.
    is_usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_usual:
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    from generator.cli import run

    try:
        if is_usual:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    start()
