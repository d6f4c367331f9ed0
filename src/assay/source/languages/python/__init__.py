"""Python 3.8 to 3.14, and what is left of Python 2: a tree-sitter tree becomes facts.

What lives here: `visitor.py` (the entry, and the table from node kind to reader), one module a theme (`expression.py`,
`literal.py`, `pattern.py`, `signature.py`, `statement.py`, `compound.py`), `reading.py` (the state of one file), `grammar.py`
(node kinds) and `salvage.py` (what is kept of code that is too deep or broken).
May import: `assay.source.facts`, `assay.source.languages.parse`, tree-sitter.
To read another node kind: write its reader, with the source line that it reads above it, and add it to its module's table.
"""

from assay.source.languages.python.visitor import extract

__all__ = ["extract"]
