"""The decision table: one module a group of rows, one function a row; a reader's sentences stand here once, whole.

Every function is pure and takes a :class:`generator.model.Service`; templates print what comes back and decide
nothing.
"""
