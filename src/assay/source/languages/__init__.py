"""One visitor a language: bytes of one file in, facts of that file out.

What lives here: `registry.py` (which languages there are), `parse.py` (decoding, limits and the call into tree-sitter) and
one module or package a language. Syntax only: no framework is named here, and no tree leaves this room.
May import: `assay.source.facts`, tree-sitter and its grammars (here and nowhere else).
To add one: write `<language>.py` with `extract` (see `parse.Extract`), add one line to `registry.LANGUAGES` and tests
that show source and facts of every construct.
"""
