"""The evaluator: facts become values and events, following imports, calls, closures and inheritance over the whole project.

It runs module-level code and everything that code calls, abstractly: both branches of an undecided `if`, loops over known
collections unrolled, calls into project functions followed, calls to anything outside recorded as `Made` values. It knows two
languages' ways to look up a name (`python`, `csharp`) and no web framework. May import `facts`, `project`, `model`.
"""
