"""Schema validation with findings that an editor understands."""
