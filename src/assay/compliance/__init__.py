"""Weighing: what verdicts mean for controls, for the score and for coverage.

`catalogs/*.yaml` (sets of controls), `mapping.yaml` (weakness to control), `demands.yaml` (what must have been executed before
absence counts) and `policies/` are the sources that people edit; `read` checks them, `make snap` writes them into
`compact.json`, and `load` gives that to a scan in milliseconds. `select` takes catalogs by name, `weigh` judges controls,
`score` and `coverage` give the two figures that never stand alone.

May import `plugins`, `model` and `errors`, never another room: verdicts come in as values, rules are known by their ids.
To add a catalog: one file in `catalogs/`, its links in `mapping.yaml`, then `make snap`. To add a weakness: one entry in
`mapping.yaml` and one in `demands.yaml`. A new rule needs nothing here, unless it is the proof that `demands.yaml` asks for.
"""
