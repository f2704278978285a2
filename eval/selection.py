"""Taking a part of a question set: one split of it, or evenly spaced questions."""

from dataclasses import replace

from eval.datasets import Question, QuestionSet
from qa.setfile import FormatError


def of_split(questions: QuestionSet, split: str) -> QuestionSet:
    """The questions marked with the split. Raises FormatError when there is none."""
    chosen = _keeping(
        questions, [one.split == split for story in questions.stories for one in story.questions]
    )
    if not len(chosen):
        raise FormatError(f"{questions.name} has no questions in a split {split}.")
    return chosen


def evenly(questions: QuestionSet, limit: int) -> QuestionSet:
    """At most `limit` questions, evenly spaced over the set, in its order."""
    total = len(questions)
    if limit >= total:
        return questions
    chosen = {i * total // limit for i in range(limit)}
    return _keeping(questions, [i in chosen for i in range(total)])


def _keeping(questions: QuestionSet, keep: list[bool]) -> QuestionSet:
    """The set with the questions whose flag is set, without the stories that have none left."""
    flags = iter(keep)
    stories = []
    for story in questions.stories:
        kept: tuple[Question, ...] = tuple(one for one in story.questions if next(flags))
        if kept:
            stories.append(replace(story, questions=kept))
    return replace(questions, stories=tuple(stories))
