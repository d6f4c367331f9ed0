"""What a plug-in is: one header type for each kind, the registry that finds them, and the page reader.

May import `model` and `errors`. A plug-in file binds one constant (`RULE`, `PROBE`, `FRAMEWORK`, `REPORT`) and does nothing on import.
"""
