"""What a run says: tables for people, one JSON object a set for machines."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from eval.metrics import RECALL_AT, Scores, scores
from eval.runner import Result
from index.documents import clean

# A column: its heading and how a row of scores fills it.
_COLUMNS: tuple[tuple[str, Callable[[Scores], str]], ...] = (
    ("n", lambda row: str(row["total"])),
    ("EM", lambda row: _number(row["exact"])),
    ("F1", lambda row: _number(row["f1"])),
    ("HasAns EM/F1", lambda row: _pair(row["HasAns_exact"], row["HasAns_f1"])),
    ("NoAns", lambda row: _number(row["NoAns_exact"])),
    ("best span", lambda row: _pair(row["span_exact"], row["span_f1"])),
    (f"recall@{RECALL_AT}", lambda row: _number(row[f"recall@{RECALL_AT}"])),
    ("ECE/answers", lambda row: _shares(row["ece"], row["ece_answered"])),
    ("p50/p95 ms", lambda row: _pair(row["p50_ms"], row["p95_ms"], 0)),
)
_OF_A_PART = ("n", "EM", "F1", "HasAns EM/F1", "NoAns", "best span", f"recall@{RECALL_AT}")


def tables(runs: Sequence[tuple[str, Sequence[Result]]]) -> str:
    """A table with a row for each (name, results), then one a set by its questions' labels."""
    parts = [table("set", [(name, scores(results)) for name, results in runs])]
    for name, results in runs:
        for label, groups in breakdowns(results).items():
            rows = [(group, scores(some)) for group, some in groups.items()]
            title = label if len(runs) == 1 else f"{name}, {label}"
            parts.append(table(title, rows, only=_OF_A_PART))
    return "\n\n".join(parts)


def breakdowns(results: Sequence[Result]) -> dict[str, dict[str, list[Result]]]:
    """Results by "answer" (explicit or implicit in the text) and by "kind", where labelled."""
    made: dict[str, dict[str, list[Result]]] = {}
    for one in results:
        if one.question.explicit is not None:
            group = "explicit" if one.question.explicit else "implicit"
            made.setdefault("answer", {}).setdefault(group, []).append(one)
        if one.question.kind is not None:
            made.setdefault("kind", {}).setdefault(one.question.kind, []).append(one)
    return made


def table(title: str, rows: Sequence[tuple[str, Scores]], only: Sequence[str] = ()) -> str:
    """Plain text, columns aligned: names to the left, numbers to the right.

    only: the headings to show, all when empty. A column without a number in it is left out.
    """
    columns = [column for column in _COLUMNS if not only or column[0] in only]
    cells = [[heading, *(fill(row) for _, row in rows)] for heading, fill in columns]
    cells = [column for column in cells if any(value != "–" for value in column[1:])]
    names = [title, *(name for name, _ in rows)]
    width = max(map(len, names))
    widths = [max(map(len, column)) for column in cells]
    lines = []
    for i, name in enumerate(names):
        values = (column[i].rjust(width) for column, width in zip(cells, widths, strict=True))
        lines.append("  ".join([name.ljust(width), *values]).rstrip())
    return "\n".join(lines)


def _number(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _pair(first: float | None, second: float | None, digits: int = 1) -> str:
    return "–" if first is None else f"{_number(first, digits)}/{_number(second, digits)}"


def _shares(first: float | None, second: float | None) -> str:
    return _pair(first, second, 3).replace("0.", ".")


def mistakes(results: Sequence[Result]) -> str:
    """The questions whose answer is no exact match, with what was said and what is right."""
    lines = []
    for one in results:
        if one.exact:
            continue
        question = one.question
        said = f"{clean(one.answer)!r}" if one.answer else "the story doesn't say"
        right = " | ".join(repr(clean(gold)) for gold in dict.fromkeys(question.answers))
        lines += [
            f"{clean(question.id)}  {clean(' < '.join([*question.history, question.question]))}",
            f"    said   {said} ({100 * one.confidence:.0f} %, F1 {one.f1:.2f})",
            f"    right  {right or 'the story does not say'}",
        ]
    return "\n".join(lines) or "No mistakes."


def as_json(name: str, results: Sequence[Result], show_errors: bool) -> str:
    """One line of JSON: the set's name, its scores, and those of its parts."""
    row: dict[str, Any] = {"set": name, **scores(results)}
    row |= {
        f"by_{label}": {group: scores(some) for group, some in groups.items()}
        for label, groups in breakdowns(results).items()
    }
    if show_errors:
        row["errors"] = [
            {
                "id": one.question.id,
                "question": one.question.question,
                "history": one.question.history,
                "asked": one.asked,
                "answer": one.answer,
                "answers": one.question.answers,
                "confidence": one.confidence,
                "f1": one.f1,
            }
            for one in results
            if not one.exact
        ]
    return json.dumps(row, ensure_ascii=False)
