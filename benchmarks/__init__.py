"""Speed, as ratios to parsing the same files alone (P), measured in one run, so that they hold on a busy machine.

`make bench`, or `python -m benchmarks FOLDER...`. `measure.py` measures one folder, `targets.py` says how fast it must be, and
`__main__.py` prints a table and writes build/bench.json. `peers.py` measures other tools on the same files (`make bench-peers`), with
the rules in `semgrep/`. To add a measurement: a function there, a line in `targets.TARGETS`.
"""
