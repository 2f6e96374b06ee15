"""Where each fact of a page comes from: its layer, the file and line, and what it replaced."""
