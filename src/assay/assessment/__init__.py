"""The corridor: runs the rooms and joins what they say into one assessment.

`run` is the conductor; beside it stand `settings` (assay.toml), `clock`, `suppressions`, `findings`, `baseline`, `revision` (git) and
`diff`. May import every room of the floor below, never `cli`. To add a step of a run: one module here, one line in `run`.
"""
