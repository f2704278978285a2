"""`storychat index`: read stories ahead into the cache."""

from collections.abc import Sequence

from tui import narration, tuning
from tui.config import load as load_config
from tui.stories import read_stories
from tui.wording import counted, one_line


def run(paths: Sequence[str]) -> int:
    """Index each file; one line a story on stdout: its title and how many passages it has."""
    documents = read_stories(paths)
    config = load_config()
    pipeline = tuning.load(config, narration.say)
    for document in documents:
        story = narration.opened(pipeline, config, document)
        print(f"{one_line(document.title)}: {counted(len(story.passages), 'passage')}")
    return 0
