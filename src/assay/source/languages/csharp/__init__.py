"""The C# visitor: everything up to C# 14, from tree-sitter's tree to facts.

What lives here: `visitor.py` (`extract`), `mend.py` (what the grammar cannot read as it is written), `grammar.py` (ids), `tables.py`
(who reads which node), `words.py` (texts that need no tree), and one module a family of constructs.
May import: tree-sitter and its C# grammar, `assay.source.facts`, `assay.source.languages.parse`.
To add a construct: write a reader marked with `expression`, `statement` or `declaration`, the source line that it reads above it.
"""

from assay.source.languages.csharp.visitor import extract

__all__ = ["extract"]
