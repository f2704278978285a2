"""`python -m qa.training`: make the reader's weights."""

import argparse
import logging
import os
import sys
from pathlib import Path

from qa.training.examples import WeightedSet


def weighted_set(text: str) -> WeightedSet:
    """PATH or PATH=WEIGHT."""
    path, _, weight = text.partition("=")
    return WeightedSet(Path(path), float(weight or 1))


def main() -> int:
    """Parse the arguments and run the subcommand; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a reader, or go on where a run stopped")
    train.add_argument("sets", nargs="+", type=weighted_set, metavar="SET[=WEIGHT]")
    train.add_argument("--start", type=Path, required=True, help="encoder or reader to start from")
    train.add_argument("--out", type=Path, required=True, help="folder for checkpoint and model")
    train.add_argument("--dev", type=Path, help="reading set to look at while training")
    for name, kind in (
        ("steps", int),
        ("rate", float),
        ("decay", float),
        ("negatives", float),
        ("swaps", float),
        ("seed", int),
        ("batch", int),
        ("max-tokens", int),
    ):
        train.add_argument(f"--{name}", type=kind, default=argparse.SUPPRESS)
    given = vars(parser.parse_args())
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    del given["command"]
    given["sets"] = tuple(given["sets"])
    from qa.training.loop import Plan
    from qa.training.loop import train as run

    run(Plan(**given))
    return 0


if __name__ == "__main__":
    # glibc returns freed tensors to the system and takes them again; keeping them is 1.5x as fast.
    if sys.platform == "linux" and "MALLOC_MMAP_MAX_" not in os.environ:
        os.environ |= {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(10**11)}
        os.execv(sys.executable, [sys.executable, "-m", "qa.training", *sys.argv[1:]])
    sys.exit(main())
