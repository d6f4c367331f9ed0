"""The pages of the documentation site that are written from the code, so that they cannot fall behind it.

`hook.py` is what mkdocs calls, `pages.py` and `commands.py` write. To add a kind of page: one function in `pages.py`, and
its place in the navigation of `mkdocs.yml`.
"""
