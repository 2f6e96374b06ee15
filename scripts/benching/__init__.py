"""``scripts/bench``: how fast the build is, on made-up services, as a ratio to writing the same bytes.

``words``, ``directory``, ``passkeys`` and ``guides`` make up what a project holds (pure, the same for the same seed);
``project`` puts it on disk. ``floor`` is the plain process that all is held against, ``packing`` makes its input.
``processes``, ``memory``, ``serving`` and ``edits`` are the means of ``measuring``, which takes the figures.
``figures`` knows their names, targets and statistics, ``tables`` writes them down, ``machine`` says where they come
from. ``cli`` is the command.
"""
