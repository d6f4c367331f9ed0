"""Probes: each asks a running API for one defect, and judges the answers.

A probe is a file that binds `PROBE`; its docstring is its page, whose Bad and Good exchanges run as tests. It may import `model`,
`plugins.probe` and the detectors beside this folder, never a socket and never another probe.
"""
