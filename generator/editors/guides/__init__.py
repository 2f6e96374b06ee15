"""``twofa new`` and ``twofa verify``: begin a curated file, and stamp it; all else in it stays as it is."""
