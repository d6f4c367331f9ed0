"""What handlers reach: each is run abstractly down into services and the data layer, and what it did is read into `model.reach` nouns.

`trace` runs a handler, `origins` says where values come from, `query` reads query chains by the words of `libraries/*.toml`, `accesses`
makes data accesses of them, `protection` says what ties each to the caller, `entities` describes what is stored, `build` puts it together.
May import the evaluator, `program`, `refusal` and below; no framework. A data or logging library is added as one file in `libraries/`.
"""
