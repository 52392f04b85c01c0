"""The named queries, by table. Steps take a session called `db` and never commit; the worker does."""

from callboard.store.inbox import (
    account,
    add_message,
    drop_unrelated,
    earlier_entries,
    known_contents,
    raw_of,
    set_marked,
    unmarked_uids,
    waiting,
)
from callboard.store.lease import (
    release_lease,
    take_lease,
)
from callboard.store.outbox import (
    cancel_letters,
    due_letters,
    is_owed,
    letter_by_message_id,
    letters_about,
    letters_since,
)
from callboard.store.proposals import (
    card_of,
    cards,
    conversation,
    incomplete_proposals,
    next_version,
    proposals,
    proposals_like,
    proposals_of,
    unconfirmed_proposals,
    version_count,
    waits_for_a_person,
)
from callboard.store.words import (
    content_hash,
    content_key,
    fingerprint,
    folded,
)

__all__ = [
    "account",
    "add_message",
    "cancel_letters",
    "card_of",
    "cards",
    "content_hash",
    "content_key",
    "conversation",
    "drop_unrelated",
    "due_letters",
    "earlier_entries",
    "fingerprint",
    "folded",
    "incomplete_proposals",
    "is_owed",
    "known_contents",
    "letter_by_message_id",
    "letters_about",
    "letters_since",
    "next_version",
    "proposals",
    "proposals_like",
    "proposals_of",
    "raw_of",
    "release_lease",
    "set_marked",
    "take_lease",
    "unconfirmed_proposals",
    "unmarked_uids",
    "version_count",
    "waiting",
    "waits_for_a_person",
]
