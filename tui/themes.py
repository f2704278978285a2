"""The chat's own themes; Textual's are offered beside them."""

from textual.theme import Theme

LAMP = Theme(
    name="lamp",
    primary="#7fa8cf",
    secondary="#8f9fb8",
    accent="#e6b566",
    foreground="#d7dbe2",
    background="#15171c",
    surface="#1a1d23",
    panel="#20242c",
    success="#93b97a",
    warning="#dba35d",
    error="#de8080",
    dark=True,
    variables={
        "border": "#7fa8cf",
        "border-blurred": "#3a414d",
        "block-cursor-blurred-background": "#2a2f3a",
        "footer-key-foreground": "#e6b566",
        "footer-description-foreground": "#9aa3b2",
        "input-selection-background": "#7fa8cf 40%",
        "scrollbar": "#3a414d",
        "scrollbar-hover": "#566072",
        "scrollbar-active": "#7fa8cf",
        "scrollbar-background": "#15171c",
        "scrollbar-background-hover": "#15171c",
        "scrollbar-background-active": "#15171c",
    },
)

PAPER = Theme(
    name="paper",
    primary="#2f6690",
    secondary="#5b6b7a",
    accent="#a4530b",
    foreground="#37322b",
    background="#faf6ee",
    surface="#f4eee2",
    panel="#ece4d4",
    success="#4f7a34",
    warning="#9a6a00",
    error="#a83a3a",
    dark=False,
    variables={
        "border": "#2f6690",
        "border-blurred": "#cfc5b2",
        "footer-key-foreground": "#a4530b",
        "footer-description-foreground": "#6d6558",
        "scrollbar": "#cfc5b2",
        "scrollbar-hover": "#b3a88f",
        "scrollbar-active": "#2f6690",
        "scrollbar-background": "#faf6ee",
        "scrollbar-background-hover": "#faf6ee",
        "scrollbar-background-active": "#faf6ee",
    },
)

THEMES = (LAMP, PAPER)
