"""The nightly job: fetch each source, judge it, keep it, and write down what changed and which addresses exist.

``refresh`` is the whole of it. Below it: ``origin`` and ``http`` bring the bytes; ``body``, ``two_factor`` and
``passkeys`` turn them into records; ``plausibility`` says whether they may replace what we have; ``moves`` and
``events`` say what happened; ``takeover`` and ``undo`` go from one state to the next (all but the first two are pure);
``store`` and ``transaction`` alone touch ``data/``.
"""
