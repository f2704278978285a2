"""Follow-up questions."""
from collections.abc import Sequence
from qa.answer import Turn
def resolve(question: str, history: Sequence[Turn]) -> str:
    return question
