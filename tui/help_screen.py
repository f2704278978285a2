"""The help: every key, as it is bound."""

from collections.abc import Iterable, Mapping

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.dialog import Dialog
from tui.keys import rows

_ABOUT = (
    "Type a question and press Enter. The answer is given in the story's own words, and the "
    "story is opened where they stand. Where the story doesn't say, storychat says so."
)


class HelpScreen(Dialog[None]):
    """The keys by where they work."""

    title_text = "Help"

    def __init__(self, changed: Mapping[str, str]) -> None:
        super().__init__()
        self._changed = changed

    def parts(self) -> Iterable[Widget]:
        """One scrolling page."""
        with VerticalScroll() as page:
            yield Static(help_text(self._changed), markup=False)
        page.can_focus = True


def help_text(changed: Mapping[str, str]) -> Content:
    """The page; `changed` has the keys set in the configuration, by id."""
    groups = rows(changed)
    widest = max(len(keys) for pairs in groups.values() for keys, _ in pairs)
    parts = [Content(_ABOUT)]
    for group, pairs in groups.items():
        parts += [Content(""), Content.styled(group, "bold underline")]
        for keys, means in pairs:
            styled = Content.styled(keys.ljust(widest + 2), "$accent bold")
            parts.append(styled + Content(means))
    return Content("\n").join(parts)
