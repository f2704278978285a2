"""`storychat config`: the configuration in force, as a file that could be kept."""

from tui.config import config_path
from tui.config_text import render
from tui.settings import bindings, in_force


def run(*, path_only: bool) -> int:
    """Print the configuration, or only where its file is. Raises ConfigError."""
    print(config_path() if path_only else render(in_force(), bindings()))
    return 0
