"""`storychat ask`: answers on stdout, narration on stderr."""

import argparse
import json
import os
import sys
from pathlib import Path

from index.documents import clean, decode, standard_input
from index.errors import QuestionError
from index.search import StoryIndex
from qa.answer import Answer, as_json
from tui import narration, tuning
from tui.config import load as load_config
from tui.stories import read_stories
from tui.wording import (
    NOT_SAID,
    evidence,
    in_full,
    line_number,
    one_line,
    place,
    standing,
    sure,
)


def run(arguments: argparse.Namespace) -> int:
    """Answer every question; 0 when each was answered, 1 when the story lacks one."""
    questions, paths = _questions_and_paths(arguments)
    documents = read_stories(paths)
    config = load_config()
    pipeline = tuning.load(config, narration.say)
    stories = [narration.opened(pipeline, config, document) for document in documents]
    found_all = True
    for at, question in enumerate(questions):
        narration.say("Looking for the answer")
        told = [(pipeline.ask(story, question, top=arguments.top + 1), story) for story in stories]
        narration.hush()
        answer, story = max(told, key=lambda one: standing(one[0]))
        found_all = found_all and answer.best is not None
        if arguments.json:
            document = story.document
            told_as = as_json(answer, document.title, document.source, arguments.top + 1)
            line = json.dumps(told_as, ensure_ascii=False)
            print(line.encode("utf-8", "replace").decode("utf-8"))
        else:
            if at:
                print()
            if len(questions) > 1:
                print(f"? {one_line(clean(question))}")
            _print_plain(answer, story, arguments.top, name_story=len(stories) > 1)
        sys.stdout.flush()
        if arguments.timings:
            stages = " · ".join(
                f"{stage} {value:.0f} ms" for stage, value in answer.timings.items()
            )
            print(f"storychat: {stages}", file=sys.stderr)
    return 0 if found_all else 1


def _questions_and_paths(arguments: argparse.Namespace) -> tuple[list[str], list[str]]:
    """What to ask and of which files: without -q the first positional is the question."""
    named: list[str] = list(arguments.words)
    questions: list[str] = list(arguments.question)
    if not questions:
        if not named:
            raise QuestionError('There is no question; try storychat ask "who …?".')
        first = named.pop(0)
        if first == "-":
            if "-" in named:
                raise QuestionError("Standard input can't hold both the questions and the story.")
            text = decode(standard_input().read(), "standard input")
            questions = [line for line in text.splitlines() if line.strip()]
            if not questions:
                raise QuestionError("There is no question on standard input.")
        elif not named and _is_file(first):
            raise QuestionError(f"{clean(first)} is a file; put the question before it.")
        else:
            questions = [first]
    return questions, named


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def _print_plain(answer: Answer, story: StoryIndex, top: int, *, name_story: bool) -> None:
    document, passages = story.document, story.passages
    best = answer.best
    where = f" · {document.title}" if name_story else ""
    if best is None:
        print(NOT_SAID)
        if answer.nearest:
            nearest = answer.nearest[0].passage
            stands = place(document, passages, nearest, nearest.start)
            line = line_number(document, nearest.start)
            print(f"\n  The nearest passage ({stands}, line {line}{where}):")
            print(f"  {one_line(nearest.text)}")
    else:
        before, words, after = evidence(document, best)
        print(words)
        print(f"\n  {before}{_marked(words)}{after}")
        stands = place(document, passages, best.passage, best.start)
        line = line_number(document, best.start)
        full = in_full(document, best.text, f"{before}{words}{after}")
        who = f"{full} · " if full else ""
        print(f"  {who}{stands}, line {line} · {sure(answer.confidence)}{where}")
    for rank, one in enumerate(answer.runners_up[:top], start=2 if best else 1):
        before, words, after = evidence(document, one)
        stands = place(document, passages, one.passage, one.start)
        print(f"\n  {rank}. {words}")
        print(f"     {before}{_marked(words)}{after}")
        print(f"     {stands} · {sure(one.confidence)}")


def _marked(words: str) -> str:
    """The span: bold and underlined on a terminal, «…» elsewhere and where colour is unwanted."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return f"\x1b[1;4m{words}\x1b[0m"
    return f"«{words}»"
