"""Web frameworks: one folder each, binding `FRAMEWORK` in its `__init__`, with `routes.py`, `guards.py`, `vocabulary.toml`, `spec.md`.

A framework reads `assay.source.program.Program` (values and events) and gives model values; it sees no syntax tree and no other framework.
"""
