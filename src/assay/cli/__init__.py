"""What people type: `main.py`, and one file a command.

This room may import every room below it, click anywhere and rich only inside a function that draws. It alone reads the
environment and the arguments. To add a command: one file here, one line in the lazy table of `main.py`.
"""
