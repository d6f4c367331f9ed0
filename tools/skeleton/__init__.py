"""Skeletons of plug-ins: `make rule`, `make framework`.

Templates lie in `templates/`, one folder a kind; `$word` is filled in, in names of files too. A skeleton fails its tests
until it is written: nothing that is unfinished can be called done. To add a kind: its folder, and a case in `__main__.py`.
"""
