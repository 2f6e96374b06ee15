"""``scripts/reference``: what is made from the schemas for editors, so that it never says anything else.

``keys`` lists every key of a schema, ``words`` puts its rules in plain words, ``examples`` writes its example as YAML,
``pages`` makes pages of all that, ``vscode`` the settings of VS Code. ``files`` names what is made, and the command
writes it. All but the command is pure; the tests hold that the files in the repository are what is made.
"""
