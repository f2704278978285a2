"""The pipeline, set as the configuration says."""

from collections.abc import Callable
from dataclasses import replace

import qa.pipeline
from index.documents import Document
from index.search import StoryIndex
from qa.pipeline import Pipeline
from tui.config import Config


def load(config: Config, progress: Callable[[str], None]) -> Pipeline:
    """Load the models and set them; progress is told each stage. Raises ModelError."""
    pipeline = qa.pipeline.load(progress)
    # A folder of its own: the oldest of what lies there makes room for the newest.
    pipeline.cache = config.cache_folder / "vectors"
    pipeline.passages_read = config.passages_read
    if config.null_threshold is not None:
        fitted = pipeline.reader.calibration
        story = replace(fitted.story, null_threshold=config.null_threshold)
        pipeline.reader.calibration = replace(fitted, story=story)
    return pipeline


def open_story(
    pipeline: Pipeline,
    config: Config,
    document: Document,
    progress: Callable[[int, int], None],
) -> StoryIndex:
    """Read a story in passages of the configured length; progress counts them."""
    default = Config()
    words, overlap = config.passage_words, config.passage_overlap
    if (words, overlap) == (default.passage_words, default.passage_overlap):
        return pipeline.open(document, progress)
    return pipeline.open(document, progress, words=words, overlap=overlap)
