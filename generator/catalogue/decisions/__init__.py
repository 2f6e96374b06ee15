"""The decision table: one module a group of rows, one function a row; each sentence a reader sees stands here once, whole.

Every function is pure and takes a :class:`generator.model.Service`; templates print what comes back and decide nothing.
"""
