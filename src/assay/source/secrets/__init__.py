"""Secrets that stand in the files of a tree: one pass over the bytes of each, and no value ever leaves this package.

`search` goes through a tree. `candidates` finds where a value may stand, `formats` knows what the keys of services look like
(`formats.toml`), `keyed` reads names and the values beside them, `shape` tells a value from a placeholder, `standing` what
a file is, `mask` hides. May import `source.files`, `source.classify` and `model`; knows no language and no framework.

To add a format: one line of `formats.toml`, and a sample in `tests/source/secrets`.
"""
