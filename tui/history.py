"""The questions asked before, across sessions, for the up and down keys."""

from pathlib import Path

from index.errors import StorychatError
from index.files import write_whole
from tui.files import append_line, as_lines, read_lines, reason

LIMIT = 1000


class HistoryError(StorychatError):
    """The question history can't be written."""

    title = "Can't keep the question"


def load(path: Path) -> list[str]:
    """The last questions, oldest first, none twice in a row. A file that can't be read is empty."""
    try:
        records, _ = read_lines(path) if path.is_file() else ([], 0)
    except OSError:
        return []
    questions: list[str] = []
    for record in records:
        if isinstance(record, str) and record.strip() and record != (questions or [""])[-1]:
            questions.append(record)
    return questions[-LIMIT:]


def append(path: Path, question: str) -> None:
    """Add a question, unless it is blank or the last one again. Raises HistoryError."""
    questions = load(path)
    if not question.strip() or question == (questions or [""])[-1]:
        return
    try:
        if len(questions) < LIMIT:
            append_line(path, question)
        else:
            write_whole(path, as_lines([*questions, question][-LIMIT:]), 0o600)
    except OSError as error:
        raise HistoryError(
            f"The question can't be kept in {path.parent}: {reason(error)}."
        ) from error
