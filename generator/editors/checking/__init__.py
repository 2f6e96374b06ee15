"""``twofa check``: find every problem, show it, mend white space."""
