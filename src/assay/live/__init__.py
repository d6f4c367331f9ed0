"""The live room: asks a running API, and says what it answered.

`engine` runs the probes of `probes/`, which are generators without I/O, under a `budget`; `courier` decides what is sent and when,
`scope` what may be sent to whom, `identity` in whose name; `transport` and `tls` alone open sockets. `masking` makes evidence of an
exchange. May import `plugins` and `model`; of third parties httpx and cryptography, here alone. To add a probe: one file in `probes/`.
"""
