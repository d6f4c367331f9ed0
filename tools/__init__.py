"""What developers run through `make`, apart from the tests: nothing here is shipped.

May import anything of `assay` and the development packages. To add a tool: one file or folder here, and one target in
the Makefile.
"""
