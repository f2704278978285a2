"""The `storychat` command: what may be typed, and the one place that ends in an exit code."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from index.errors import StorychatError

ANSWERED, NOT_IN_STORY, BAD_INPUT, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141

_COMMANDS = """\
commands:
  storychat [FILE…]                   open the chat, on the bundled article when no file is named
  storychat ask "question" [FILE…]    answer on stdout, one question or many
  storychat eval [SET…]               measure it on the bundled set or on sets of your own
  storychat index FILE…               read stories ahead, so that they open at once
  storychat config                    print the configuration in force

Each command has its own --help. A FILE of - is standard input.
Exit codes: 0 answered, 1 not in the story, 2 bad usage or input, 130 interrupted."""


class _UsageError(StorychatError):
    title = "Can't run that"


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def error(self, message: str) -> NoReturn:
        raise _UsageError(f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code. Every error ends here, in one sentence."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except SystemExit as done:  # argparse, after --help and --version
        return done.code if isinstance(done.code, int) else BAD_INPUT
    except KeyboardInterrupt:
        _complain("interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left; give Python nothing to complain of when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except StorychatError as error:
        _complain(error.message)
        return BAD_INPUT
    except Exception as error:  # the last line of defence: a bug, said in one sentence
        if os.environ.get("STORYCHAT_DEBUG"):
            traceback.print_exc()
        reason = " ".join(str(error).split()) or "no reason given"
        _complain(
            f"an unexpected {type(error).__name__}: {reason} (STORYCHAT_DEBUG=1 shows where)."
        )
        return BAD_INPUT


def _complain(sentence: str) -> None:
    from index.documents import clean
    from tui.narration import hush

    hush()
    print(f"storychat: {clean(sentence)}", file=sys.stderr)


def _run(argv: list[str]) -> int:
    match argv[:1]:
        case ["ask"]:
            return _ask(argv[1:])
        case ["eval"]:
            return _eval(argv[1:])
        case ["index"]:
            return _index(argv[1:])
        case ["config"]:
            return _config(argv[1:])
    return _chat(argv)


def _chat(argv: list[str]) -> int:
    parser = _Parser(
        prog="storychat",
        usage="storychat [FILE…]  |  storychat ask|eval|index|config …",
        description="Ask a story questions; it answers in its own words, offline.",
        epilog=_COMMANDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="a story; - is standard input")
    parser.add_argument("--version", action="version", version=_version())
    arguments = parser.parse_args(argv)
    from tui.chat import run

    return run(arguments.files)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"storychat {version('storychat')}"
    except PackageNotFoundError:
        return "storychat, not installed"


def _ask(argv: list[str]) -> int:
    parser = _Parser(
        prog="storychat ask",
        usage='storychat ask [options] "question" [FILE…]',
        description="Answer questions in the story's own words, with where they stand.",
        epilog="Of several stories, the one that answers with most confidence is given.",
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="QUESTION, FILE",
        help="the question (- reads one a line), then the stories; with -q, all are stories",
    )
    parser.add_argument(
        "-q", "--question", action="append", default=[], metavar="TEXT", help="may be repeated"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a question")
    parser.add_argument(
        "--top", type=_count, default=0, metavar="N", help="also give up to N runner-up answers"
    )
    parser.add_argument("--timings", action="store_true", help="say how long each stage took")
    arguments = parser.parse_intermixed_args(argv)
    from tui.ask import run

    return run(arguments)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 50:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 50")
    return int(text)


def _eval(argv: list[str]) -> int:
    from eval import command

    parser = _Parser(prog="storychat eval", description="Measure how good the answers are.")
    command.add_arguments(parser)
    return command.run(parser.parse_args(argv))


def _index(argv: list[str]) -> int:
    parser = _Parser(
        prog="storychat index", description="Read stories ahead, so that they open at once."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a story; - is standard input")
    arguments = parser.parse_args(argv)
    from tui.index_command import run

    return run(arguments.files)


def _config(argv: list[str]) -> int:
    parser = _Parser(
        prog="storychat config",
        description="Print the configuration in force: what is set, and the defaults as comments.",
    )
    parser.add_argument("--path", action="store_true", help="print only where its file is")
    arguments = parser.parse_args(argv)
    from tui.config_command import run

    return run(path_only=arguments.path)


if __name__ == "__main__":
    sys.exit(main())
