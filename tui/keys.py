"""Every key of the chat. The footer, the help and the README's table are made from these lists.

A binding's id is its name in the configuration file. Several keys are given with commas.
"""

from collections.abc import Mapping
from dataclasses import replace

from textual.binding import Binding, BindingType


def _key(key: str, action: str, means: str, id: str, *, footer: str = "") -> Binding:
    """A binding; `footer` is its name in the footer, "" to leave it out."""
    return Binding(key, action, footer or means, show=bool(footer), tooltip=means, id=id)


_ANYWHERE = [
    _key("f1", "help", "This help", "help", footer="Help"),
    _key("f2", "flip", "Between the conversation and the story", "flip", footer="Story/Chat"),
    _key("ctrl+n", "runner_up", "Next candidate, or next passage", "runner_up", footer="Next best"),
    _key("f4", "why", "Why this answer: what was retrieved and read", "why", footer="Why"),
    _key("ctrl+f", "find", "Find in the story", "find", footer="Find"),
    _key("ctrl+o", "open_story", "Open another story", "open", footer="Open"),
    _key("ctrl+p", "app.command_palette", "All commands", "palette", footer="Commands"),
    _key("ctrl+q", "app.quit", "Quit", "quit", footer="Quit"),
    _key("ctrl+z", "app.suspend_process", "Suspend, until fg in the shell", "suspend"),
    _key("escape", "leave", "Cancel the question being answered", "cancel"),
    _key("f3", "find_next(1)", "Next match", "find_next"),
    _key("shift+f3", "find_next(-1)", "Match before", "find_previous"),
    _key("alt+up,ctrl+up", "select(-1)", "Answer before", "answer_before"),
    _key("alt+down,ctrl+down", "select(1)", "Answer after", "answer_after"),
    _key("alt+left", "split(-4)", "Less room for the conversation", "split_left"),
    _key("alt+right", "split(4)", "More room for the conversation", "split_right"),
    _key("f5", "numbers", "Confidence in numbers", "numbers"),
    _key("f6", "next_story", "Next open story", "next_story"),
    _key("f7", "ask_all", "Ask the current story, or all that are open", "ask_all"),
    _key("f8", "chats", "Saved chats: open, search, rename, delete", "chats"),
    _key("ctrl+t", "new_chat", "Start a new chat on this story", "new_chat"),
    _key("ctrl+s", "export", "Export the chat (.md, .json or .html)", "export"),
    _key("ctrl+y", "copy_answer", "Copy the answer", "copy_answer"),
]

# These come before what the field with the focus makes of the same keys, whichever they are set
# to; but Escape closes the find bar first.
CHAT: list[BindingType] = [replace(one, priority=one.id != "cancel") for one in _ANYWHERE]

QUESTION: list[BindingType] = [
    # A line feed is what Enter gave while the terminal was not yet ours.
    _key("enter,ctrl+j", "submit", "Ask", "ask"),
    _key("up", "earlier(-1)", "Question before", "earlier"),
    _key("down", "earlier(1)", "Question after", "later"),
    _key("pageup", "screen.page(-1)", "Scroll what is on screen up", "page_up"),
    _key("pagedown", "screen.page(1)", "Scroll what is on screen down", "page_down"),
]

CONVERSATION: list[BindingType] = [
    _key("k,up", "screen.select(-1)", "Answer before", "chat_before"),
    _key("j,down", "screen.select(1)", "Answer after", "chat_after"),
    _key("g,home", "screen.select(-9999)", "First answer", "chat_first"),
    _key("G,end", "screen.select(9999)", "Last answer", "chat_last"),
    _key("enter", "screen.go_to_span", "To the answer's place in the story", "chat_go"),
    _key("n", "screen.runner_up", "Next candidate, or next passage", "chat_runner_up"),
    _key("w", "screen.why", "Why this answer", "chat_why"),
    _key("y", "screen.copy_answer", "Copy the answer", "chat_copy"),
    _key("Y", "screen.copy_citation", "Copy the answer with its sentence and place", "chat_cite"),
    _key("c", "screen.copy_chat", "Copy the whole chat", "chat_copy_all"),
    _key("e", "screen.ask_again", "Put the question back to change it", "chat_again"),
    _key("slash", "screen.find", "Find in the story", "chat_find"),
    _key("i", "screen.type_question", "Back to the question", "chat_type"),
    _key("question_mark", "screen.help", "This help", "chat_help"),
]

STORY: list[BindingType] = [
    _key("j,down", "scroll_down", "Line down", "story_down"),
    _key("k,up", "scroll_up", "Line up", "story_up"),
    _key("d", "half_page(1)", "Half a page down", "story_half_down"),
    _key("u", "half_page(-1)", "Half a page up", "story_half_up"),
    _key("space,pagedown", "page_down", "Page down", "story_page_down"),
    _key("b,pageup", "page_up", "Page up", "story_page_up"),
    _key("g,home", "scroll_home", "Beginning", "story_home"),
    _key("G,end", "scroll_end", "End", "story_end"),
    _key("right_square_bracket", "passage(1)", "Next passage", "story_next_passage"),
    _key("left_square_bracket", "passage(-1)", "Passage before", "story_previous_passage"),
    _key("slash", "screen.find", "Find", "story_find"),
    _key("n", "screen.find_next(1)", "Next match", "story_next_match"),
    _key("N", "screen.find_next(-1)", "Match before", "story_previous_match"),
    _key("v", "select_passage", "Select the passage, again for one more", "story_select"),
    _key("y", "screen.copy_text", "Copy what is selected", "story_copy"),
    _key("enter", "screen.go_to_span", "Back to the answer's place", "story_go"),
    _key("i", "screen.type_question", "Back to the question", "story_type"),
    _key("question_mark", "screen.help", "This help", "story_help"),
]

GROUPS: dict[str, list[BindingType]] = {
    "Anywhere": CHAT,
    "While typing a question": QUESTION,
    "In the conversation": CONVERSATION,
    "In the story": STORY,
}

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "percent_sign": "%",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "escape": "Esc",
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


def rows(changed: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """(keys, what they do) by group; `changed` has the keys set in the configuration, by id."""
    return {
        group: [_row(one, changed) for one in bindings if isinstance(one, Binding)]
        for group, bindings in GROUPS.items()
    }


def _row(binding: Binding, changed: Mapping[str, str]) -> tuple[str, str]:
    return "  ".join(_keys_in_force(binding, changed)), binding.tooltip


def _keys_in_force(binding: Binding, changed: Mapping[str, str]) -> list[str]:
    keys = changed.get(binding.id or "", binding.key).split(",")
    return [shown_key(key.strip()) for key in keys]


def first_key(id: str, changed: Mapping[str, str]) -> str:
    """The first key that does what the id names, as people write it; `changed` as for rows."""
    bindings = (one for group in GROUPS.values() for one in group if isinstance(one, Binding))
    return next(_keys_in_force(one, changed)[0] for one in bindings if one.id == id)


def markdown_table() -> str:
    """The keys as the README has them."""
    parts = []
    for group, pairs in rows({}).items():
        parts.append(f"**{group}**\n\n| key | what it does |\n|---|---|")
        parts += [f"| `{keys.replace('  ', '` `')}` | {means} |" for keys, means in pairs]
        parts.append("")
    return "\n".join(parts)
