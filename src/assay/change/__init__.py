"""How changes get to production: git, CI files, owners, rules of branches, procedures; and the forge, if a token is given.

`delivery` gives everything that a tree and its git tell; `forge` adds what GitHub or GitLab say of reviews and rules. Reads files and
git, judges nothing (`rules/change` does), and is alone in knowing what these files look like.
May import `model`, `plugins` and `errors`. To add a CI system: a reader beside `github.py`, and its line in `pipelines.py`.
"""
