"""The rules room: judges what is known, one rule a file, in a folder for each theme.

A rule file binds `RULE` and its docstring is its page, with Bad and Good projects that run as tests. Rules import `model`,
`plugins` and the shared pieces that stand directly in this folder, and never each other:

- `words` splits paths and names into words          - `nature` knows what is public by nature, such as a sign-in
- `topics` knows what makes a route sensitive        - `landscape` sees an endpoint among all endpoints of its API
- `gravity` weighs an open endpoint                  - `protection` says what guards an endpoint, and shows the steps
- `rank` compares an endpoint with its neighbours     - `roles` knows which roles are demanded by name
- `verdicts` makes verdicts                          - `remedy` knows the line of code that mends, for each framework
- `ruling`, `cors` and `switches` judge settings      - `leak` weighs a secret
- `documents` makes verdicts about contracts          - `document_fields` walks what a contract lets callers send
- `drifting` sees an API against its contracts
- `selecting` knows which objects a request selects   - `administering` knows what is administrative
- `doors` knows the ways in, by words and deeds       - `leavings` knows what records what an endpoint does

To add a rule: a file in the folder of its theme (`make rule`), a changelog fragment, one line of the registry snapshot.
"""
