"""The call's public page, read into a `Call`: Hugo front matter and the prose below it.

`front` and `body` cut the page up, `sections` and `subjects` say what each part is about, `dates`, `places`,
`people`, `topics`, `talks` and `submission` read the parts, `reader` puts them together. Writing the
configuration from it is `init`'s job.
"""

from callboard.announcement.reader import read_page
from callboard.announcement.result import FIELDS, Announcement, Taken

__all__ = ["FIELDS", "Announcement", "Taken", "read_page"]
