"""Every key of the chat. The footer, the help and the README's table are made from these lists.

A binding's id is its name in the configuration file.
"""

from textual.binding import Binding, BindingType

CHAT: list[BindingType] = [
    Binding("f1", "help", "Help", id="help"),
    Binding("f2", "flip", "Story/Chat", id="flip", tooltip="Show the story or the conversation"),
    Binding("f4", "why", "Why", id="why", tooltip="What was retrieved and read for this answer"),
    Binding("ctrl+n", "runner_up", "Next candidate", id="runner_up", priority=True),
    Binding("ctrl+f", "find", "Find", id="find", priority=True, tooltip="Find in the story"),
    Binding("f3", "find_next(1)", "Next match", id="find_next", show=False),
    Binding("shift+f3", "find_next(-1)", "Previous match", id="find_previous", show=False),
    Binding("ctrl+up,alt+up", "select(-1)", "Answer before", id="answer_before", show=False),
    Binding("ctrl+down,alt+down", "select(1)", "Answer after", id="answer_after", show=False),
    Binding("f6", "next_story", "Next story", id="next_story", show=False),
    Binding("escape", "leave", "Cancel", id="cancel", show=False),
    Binding("ctrl+q", "quit", "Quit", id="quit", priority=True),
]

QUESTION: list[BindingType] = [
    Binding("up", "earlier(-1)", "Earlier question", id="earlier", show=False),
    Binding("down", "earlier(1)", "Later question", id="later", show=False),
    Binding("pageup", "screen.page_story(-1)", "Page up", id="page_up", show=False),
    Binding("pagedown", "screen.page_story(1)", "Page down", id="page_down", show=False),
]

CONVERSATION: list[BindingType] = [
    Binding("up,k", "screen.select(-1)", "Answer before", show=False),
    Binding("down,j", "screen.select(1)", "Answer after", show=False),
    Binding("enter", "screen.go_to_span", "To its place in the story", show=False),
    Binding("n", "screen.runner_up", "Next candidate", show=False),
    Binding("w", "screen.why", "Why this answer", show=False),
    Binding("slash", "screen.find", "Find in the story", show=False),
    Binding("question_mark", "screen.help", "Help", show=False),
    Binding("i", "screen.ask", "Ask", show=False),
]

STORY: list[BindingType] = [
    Binding("j", "scroll_down", "Line down", show=False),
    Binding("k", "scroll_up", "Line up", show=False),
    Binding("d,ctrl+d", "half_page(1)", "Half a page down", show=False),
    Binding("u,ctrl+u", "half_page(-1)", "Half a page up", show=False),
    Binding("space", "page_down", "Page down", show=False),
    Binding("b", "page_up", "Page up", show=False),
    Binding("g", "scroll_home", "Beginning", show=False),
    Binding("G", "scroll_end", "End", show=False),
    Binding("slash", "screen.find", "Find", show=False),
    Binding("n", "screen.find_next(1)", "Next match", show=False),
    Binding("N", "screen.find_next(-1)", "Previous match", show=False),
    Binding("question_mark", "screen.help", "Help", show=False),
    Binding("i", "screen.ask", "Ask", show=False),
]

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "escape": "Esc",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "percent_sign": "%",
}


def shown_key(key: str) -> str:
    """A key as people write it: "ctrl+n" as "^N", "f1" as "F1", "question_mark" as "?"."""
    *modifiers, name = key.split("+")
    if name in _NAMES:
        name = _NAMES[name]
    elif len(name) > 1 or "ctrl" in modifiers:
        name = name.capitalize()
    prefix = "".join("^" if one == "ctrl" else f"{one.capitalize()}+" for one in modifiers)
    return prefix + name
