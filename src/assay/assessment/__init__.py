"""The corridor: runs the rooms and joins what they say into one assessment.

`run` is the conductor; beside it stand `settings` (assay.toml), `clock`, `suppressions`, `findings`, `baseline`, `revision` (git) and
`diff`. `contract_room` finds contracts, `reconcile` gives each its API, `join` puts the views of an endpoint side by side
(`template`, `alignment`), `drift` tells how they differ (`versions`), and `settle` lets live verdicts confirm or refute those of
the code. `live_room` asks a running API, and `gate` says how a run ends. `record` remembers it in the ledger; of what is remembered,
`replay` makes an assessment again, `dossier` and `operating` tell a window, `packing` fills a pack, `readiness` says what an audit lacks.
May import every room of the floor below, never `cli`. To add a step of a run: one module here, one line in `run`.
"""
