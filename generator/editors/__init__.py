"""The editors' desk: everything that helps people who write content."""
