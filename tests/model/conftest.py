import os

import pytest

from index.documents import bundled
from index.search import StoryIndex
from qa.pipeline import Pipeline, load


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """The real models. Sockets are blocked in every test, so they come from this machine."""
    os.environ["STORYCHAT_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    return load()


@pytest.fixture(scope="session")
def article(pipeline: Pipeline) -> StoryIndex:
    return pipeline.open(bundled())
