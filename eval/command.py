"""`storychat eval`: run question sets, print how good the answers are."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from eval.files import check_writable, write_text
from index.errors import StorychatError

if TYPE_CHECKING:
    from eval.datasets import QuestionSet
    from eval.runner import Result
    from qa.pipeline import Pipeline


class EvaluationError(StorychatError):
    """A run that cannot be made as asked."""

    title = "Can't evaluate that"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes to its parser."""
    parser.add_argument(
        "sets",
        nargs="*",
        metavar="SET",
        help="a story set (JSONL) or a reading set (SQuAD JSON or JSONL), gzipped or not; "
        "by default the bundled questions on the bundled article",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a set")
    parser.add_argument(
        "--limit", type=_positive, metavar="N", help="only N questions a set, evenly spaced"
    )
    parser.add_argument(
        "--split", choices=("dev", "test"), help="only the questions that the set marks so"
    )
    parser.add_argument(
        "--predictions",
        type=Path,
        metavar="FILE",
        help="write the answers as SQuAD predictions, {id: text} (one set only)",
    )
    parser.add_argument(
        "--show-errors", action="store_true", help="list the answers that are not right"
    )


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10**9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Run the sets and print the report; returns 0. Raises StorychatError for bad input.

    Every set is read before the models are loaded, so that a wrong one costs no waiting.
    """
    from eval import datasets, report, selection
    from qa import pipeline

    if arguments.predictions and len(arguments.sets) > 1:
        raise EvaluationError("--predictions takes one set at a time.")
    sets = [datasets.load(path) for path in arguments.sets] or [datasets.bundled()]
    if arguments.split:
        sets = [selection.of_split(one, arguments.split) for one in sets]
    if arguments.limit:
        sets = [selection.evenly(one, arguments.limit) for one in sets]
    if arguments.predictions:
        check_writable(arguments.predictions)
    engine = pipeline.load(_say)
    _say("")
    runs = [(one.name, list(_watched(one, engine))) for one in sets]
    for name, results in runs:
        refused = [one.refused for one in results if one.refused]
        if refused:
            print(f"{name}: {len(refused)} not asked. {refused[0]}", file=sys.stderr)
    if arguments.predictions:
        answers = {one.question.id: one.answer for one in runs[0][1]}
        write_text(arguments.predictions, json.dumps(answers, ensure_ascii=False) + "\n")
    if arguments.json:
        for name, results in runs:
            print(report.as_json(name, results, arguments.show_errors))
        return 0
    print(report.tables(runs))
    if arguments.show_errors:
        for name, results in runs:
            print(f"\n{name}, answers that are not right\n{report.mistakes(results)}")
    return 0


def _watched(questions: "QuestionSet", engine: "Pipeline") -> "Iterator[Result]":
    """Run a set with a progress bar on stderr when that is a terminal."""
    from tqdm import tqdm

    from eval.runner import run as answers

    return iter(
        tqdm(
            answers(questions, engine),
            total=len(questions),
            desc=questions.name,
            unit="question",
            disable=None,
            leave=False,
        )
    )


def _say(stage: str) -> None:
    """Rewrite the line on stderr that names the stage; nothing when it is not a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{stage}{'…' if stage else ''}")
        sys.stderr.flush()
