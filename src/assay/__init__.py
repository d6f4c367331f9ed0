"""Assay tests the security of APIs and keeps evidence of it.

The rooms, from the ground up: `version` and `errors`, `model` (nouns), `plugins` (what a plug-in is), then the mutually
independent `source`, `rules`, `compliance` and `reports`, then `assessment` (the corridor between them) and `cli`
(people). A room imports only what lies below it; `.importlinter` says so and `make check` enforces it.

To add a room: make its folder with a door plate like this one, and give it a floor in `.importlinter`.
"""
