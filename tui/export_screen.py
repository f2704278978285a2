"""Where to export a chat to; a file that is there is replaced only when asked twice."""

import os
from collections.abc import Sequence

from index.documents import Document
from index.files import expanded
from tui.export import ExportError, check
from tui.prompt_screen import PromptScreen
from tui.wording import safe_line

_EXPLAINED = "The ending says the format: .md, .json or .html (with the story in it)."


class ExportScreen(PromptScreen):
    """Gives back the path of the file to write. documents: the open stories."""

    def __init__(self, value: str, documents: Sequence[Document]) -> None:
        super().__init__("Export the chat", value, _EXPLAINED)
        self._documents = documents
        self._doomed = ""

    def objection(self, line: str) -> str:
        """What speaks against the path; a file that is there does so only once."""
        path = expanded(line)
        try:
            check(path, self._documents)
        except ExportError as error:
            return error.message
        # Path.is_file raises for a name that is too long, and in a folder that is closed to us.
        if line == self._doomed or not os.path.isfile(path):  # noqa: PTH113
            return ""
        self._doomed = line
        return f"{safe_line(path.name)} exists; Enter again replaces it."
