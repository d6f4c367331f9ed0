"""The contract room: OpenAPI documents (2.0, 3.0, 3.1; YAML or JSON) become `Contract` values, however broken they are.

`find` knows which files may be one; `document` parses text into tables that know their lines (`json_text`, `yaml_text`),
`reference` follows `$ref` inside it and to files beside it, `shape`, `security`, `server` and `operation` read its parts, and
`read` is the door. What is broken becomes a `Fault`, and the rest is read. Nothing here opens a file or a socket: the corridor
hands over bytes. May import `model`, `errors`.

To read another part of a document: a field of a noun in `model/contract.py`, a function in the file of its theme.
"""
