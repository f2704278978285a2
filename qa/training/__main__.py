"""Make the reader's weights: train, export the finished run, calibrate it for the pipeline."""

import argparse
import logging
import math
import os
import sys
from pathlib import Path

from index.errors import StorychatError
from qa.training.calibrate import calibrate
from qa.training.examples import WeightedSet
from qa.training.export import export
from qa.training.loop import Plan, train
from qa.training.mining import mine


def main() -> int:
    """Parse the arguments and run the subcommand; returns the exit status."""
    given = vars(_parser().parse_args())
    told = logging.getLogger("qa")  # the libraries' own remarks stay unsaid
    told.setLevel(logging.INFO)
    told.addHandler(logging.StreamHandler())
    command = given.pop("command")
    try:
        if command == "train":
            train(Plan(**given | {"sets": tuple(given["sets"])}))
        elif command == "export":
            export(**given)
        elif command == "mine":
            print(mine(**given))
        else:
            print(calibrate(**given))
    except StorychatError as error:
        print(f"{error.title}: {error.message}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        then = "; the same command goes on from the last checkpoint" if command == "train" else ""
        print(f"\nInterrupted{then}.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("train", help="train a reader, or go on where a run stopped")
    run.add_argument(
        "sets", nargs="+", type=_weighted_set, metavar="SET[=WEIGHT]", help="reading sets"
    )
    run.add_argument("--start", type=Path, default=None, help="encoder or reader to start from")
    run.add_argument("--out", type=Path, required=True, help="folder for checkpoint and model")
    run.add_argument("--dev", type=Path, help="reading set to look at while training")
    run.add_argument("--teacher", type=Path, help="larger reader whose logits to learn as well")
    run.add_argument(
        "--adapter",
        type=_count,
        default=argparse.SUPPRESS,
        metavar="RANK",
        help="learn matrices of this rank beside the weights",
    )
    for name in ("seed", "freeze"):
        run.add_argument(f"--{name}", type=int, default=argparse.SUPPRESS)
    for name in ("steps", "batch", "max-tokens", "save-every"):
        run.add_argument(f"--{name}", type=_count, default=argparse.SUPPRESS)
    for name in ("rate", "shared", "negatives"):
        run.add_argument(f"--{name}", type=_amount, default=argparse.SUPPRESS)
    for name in ("decay", "swaps", "cuts", "hidden", "average"):
        run.add_argument(f"--{name}", type=_share, default=argparse.SUPPRESS)
    ship = commands.add_parser("export", help="write a finished run as fp16 with a model card")
    ship.add_argument("run", type=Path)
    ship.add_argument("out", type=Path)
    ship.add_argument(
        "--mean",
        action="append",
        default=[],
        type=_weighted_reader,
        metavar="READER=WEIGHT",
        help="another reader and its weight in the mean with the run's (default: the run alone)",
    )
    ask = commands.add_parser(
        "mine", help="make a set of what the larger reader is asked, from sets of whole texts"
    )
    ask.add_argument("sets", nargs="+", type=Path, metavar="SET")
    ask.add_argument("--out", type=Path, required=True, help="the reading set, .jsonl.gz")
    ask.add_argument("--most", type=_count, default=1000, help="questions to ask (default: 1000)")
    ask.add_argument("--seed", type=int, default=13)
    ask.add_argument("--apart", action="store_true", help="each context is a text of its own")
    fit = commands.add_parser(
        "calibrate", help="fit reader.json of a model on story and reading sets"
    )
    fit.add_argument("folder", type=Path, metavar="MODEL")
    fit.add_argument("sets", nargs="+", type=Path, metavar="SET")
    return parser


def _weighted_set(text: str) -> WeightedSet:
    """PATH or PATH=WEIGHT."""
    path, _, weight = text.partition("=")
    return WeightedSet(Path(path), _amount(weight or "1"))


def _weighted_reader(text: str) -> tuple[Path, float]:
    """PATH=WEIGHT."""
    path, given, weight = text.rpartition("=")
    if not given:
        raise argparse.ArgumentTypeError(f"{text!r} is not READER=WEIGHT")
    return Path(path), _share(weight)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def _amount(text: str) -> float:
    number = _number(text)
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 up")
    return number


def _share(text: str) -> float:
    number = _number(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return number


def _number(text: str) -> float:
    """The text as a number; nan, which is in no range, for what is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


if __name__ == "__main__":
    # glibc returns freed tensors to the system and takes them again; keeping them is 1.5x as fast.
    # Threads that wait by spinning long are slow as soon as anything else runs.
    if sys.platform == "linux" and "MALLOC_MMAP_MAX_" not in os.environ:
        os.environ |= {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(10**11)}
        os.environ.setdefault("GOMP_SPINCOUNT", "3000")
        os.execv(sys.executable, [sys.executable, "-m", "qa.training", *sys.argv[1:]])
    sys.exit(main())
