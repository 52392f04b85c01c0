"""Callboard runs a call for talks out of the mailbox the organisers already have.

The journey of a message: `mailroom` fetches the bytes and keeps them, `reading` says what they mean,
`desk` decides and writes rows and the letters owed in one commit, the outbox sends those letters, and
`programme` lays the proposals into a draft page. `worker` joins the steps; `cli` runs them.
"""

__version__ = "0.1.0"
