"""The C# visitor: everything up to C# 14, from tree-sitter's tree to facts."""

from assay.source.languages.csharp.visitor import extract

__all__ = ["extract"]
