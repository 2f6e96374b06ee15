"""``scripts/bench``: how fast the build is, on made-up services, as a ratio to writing the same bytes.

``words``, ``directory``, ``passkeys`` and ``guides`` make up what a project holds (pure, the same for the same seed), and
``project`` puts it on disk. ``floor`` is the plain process that all is held against. ``processes``, ``memory``,
``serving`` and ``edits`` are the means of ``rounds``, which measures; ``table`` writes down what came out, on what
``machine``. ``cli`` is the command.
"""
