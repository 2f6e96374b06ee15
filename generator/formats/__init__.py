"""The files of ``data/``: how each is parsed and dumped (pure; reading and writing belong to the rooms that may)."""
