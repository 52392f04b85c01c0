"""What machine-read formats call the parts of a programme: the words of `templates/pages/names.<language>.txt`."""

from __future__ import annotations

from collections.abc import Mapping

from callboard.errors import TemplateError
from callboard.programme.formats.view import Language
from callboard.programme.timetable import Kind
from callboard.templating import Templates

Names = Mapping[str, str]

NEEDED = (
    *(kind.value for kind in Kind),
    "poster",
    "demo",
    "untitled",
    "cancelled",
    "everywhere",
    "programme",
)


def names(templates: Templates, language: Language) -> Names:
    """Key -> words. Raises TemplateError when one that is needed is not there."""
    file = f"pages/names.{language}.txt"
    lines = (line.partition(":") for line in templates.render(file).splitlines() if ":" in line)
    found = {key.strip(): words.strip() for key, _, words in lines}
    missing = [key for key in NEEDED if not found.get(key)]
    if missing:
        raise TemplateError(
            f"{file}: there are no words for {', '.join(missing)}; write a line `key: words` for each"
        )
    return found
