"""Shows a reviewer which pages of the site a change touches; ``scripts/changed-pages`` calls it."""
