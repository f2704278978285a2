"""Starter questions: made from the story's sentences, kept only when answered well."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Document, bundled
from index.passages import Passage, sentence_around
from qa.answer import Answer, Candidate
from qa.names import names
from qa.starters import confident, propose
from qa.verbs import BASE


def asked(text: str) -> list[str]:
    return propose(Document("A story", text), 50)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The trip lasted about 3.5 hours, and all were tired.", "How long did the trip last?"),
        ("They met in Oslo, Norway, last year.", "Where is Oslo?"),
        ("The movie “Challenge,” is about space.", "What is the movie called?"),
        ("Once a boy named Jack came by.", "What is the name of the boy?"),
        ("The 37-year-old actress smiled.", "How old is the actress?"),
        ("The king wept because the ring was lost.", "Why did the king weep?"),
        ("The queen went to the forest. ", "Where did the queen go?"),
        ("An old man lived in a small hut.", "Where did the old man live?"),
        ("The king had three daughters.", "How many daughters did the king have?"),
        ("The queen crossed the wide river.", "Who crossed the wide river?"),
        ("On Monday, the crew landed in Peru.", "When did the crew land in Peru?"),
        ("It is late. It is cold. A talk was held on Monday in Rome.", "What happened on Monday?"),
        ("The boy found a silver ring in the sand.", "What did the boy find in the sand?"),
        ("The king decided to sell the castle.", "What did the king decide to do?"),
        ("With director Klim Shipenko they flew.", "Who is Klim Shipenko?"),
        ("The landing is scheduled for October 17 there.", "What is scheduled for October 17?"),
        ("Then Dmitry Peskov spoke about films.", "What did Dmitry Peskov speak about?"),
        ("“We won,” said Anna. Then Anna left.", "What did Anna say?"),
        ("“We won,” said the queen.", "What did the queen say?"),
    ],
)
def test_a_sentence_becomes_its_question(text: str, question: str) -> None:
    assert question in asked(text)


def test_the_article_has_questions_of_many_kinds() -> None:
    questions = propose(bundled())
    assert len(questions) >= 10
    assert {question.split()[0] for question in questions} >= {
        "How",
        "Where",
        "What",
        "When",
        "Who",
    }


def test_one_name_is_not_asked_about_all_the_time() -> None:
    text = "Anna lived in a hut. Anna found a ring. Anna crossed the wide river. Anna said no."
    assert (
        len([question for question in asked(f"Here Anna was. {text}") if "Anna" in question]) <= 2
    )


@pytest.mark.parametrize(
    "text", ["word", "...", "1 2 3", "¿Qué pasó?", "ALL CAPITALS HERE", "他们来了。"]
)
def test_a_text_without_matter_has_none(text: str) -> None:
    assert asked(text) == []


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=300))
def test_any_text_makes_clean_questions(text: str) -> None:
    for question in asked(text):
        assert question.endswith("?")
        assert "\n" not in question
        assert len(question) <= 90


def test_names_are_told_from_sentence_beginnings() -> None:
    found = names(
        "Perhaps Klim Shipenko sang. Then Shipenko left for Oslo. He met St. Olaf on Monday."
    )
    assert dict(found) == {"Klim Shipenko": 2, "Oslo": 1, "St. Olaf": 1}


def test_past_forms_lead_back_to_their_verb() -> None:
    for past, base in {
        "carried": "carry",
        "stopped": "stop",
        "lived": "live",
        "went": "go",
    }.items():
        assert BASE[past] == base


TEXT = (
    "The trip lasted 3.5 hours. Director Klim Shipenko sang. Anna said the food was good. "
    "It was made by the cook, Bo."
)


class Fake:
    """Answers each question with the words it is given, at the confidence it is given."""

    def __init__(self, answers: dict[str, tuple[str, float]]) -> None:
        self.answers = answers

    def ask(self, story: Any, question: str) -> Answer:
        words, confidence = self.answers[question]
        start = TEXT.index(words)
        end = start + len(words)
        sentence = sentence_around(TEXT, start, end)
        span = Candidate(words, start, end, 9, confidence, Passage(0, 0, 9, TEXT), sentence)
        return Answer(question, question, (span,), not words, confidence, 0, (), {})


def kept(answers: dict[str, tuple[str, float]], count: int = 4) -> list[str]:
    story: Any = SimpleNamespace(document=Document("A story", TEXT))
    return confident(Fake(answers), story, list(answers), count)


def test_only_confident_answers_are_kept() -> None:
    assert kept({"How long did the trip last?": ("3.5 hours", 0.6)})
    assert not kept({"How long did the trip last?": ("3.5 hours", 0.59)})
    assert not kept({"How long did the trip last?": ("", 0.9)})


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How long did the trip last?", "The trip"),
        ("How many cooks were there?", "Anna"),
        ("Who is Klim Shipenko?", "Anna"),
        ("Who is Klim Shipenko?", "Bo"),
        ("What did Anna say?", "good"),
        ("Where did the trip end?", "the cook"),
    ],
)
def test_an_answer_the_question_can_not_be_about_is_not_kept(question: str, words: str) -> None:
    assert not kept({question: (words, 0.99)})


def test_the_first_few_with_answers_of_their_own_are_kept() -> None:
    answers = {
        "How long did the trip last?": ("3.5 hours", 0.9),
        "How many hours did it take?": ("3.5", 0.9),
        "What did Anna say?": ("the food was good", 0.9),
        "Who sang?": ("Klim Shipenko", 0.9),
    }
    assert kept(answers) == [one for one in answers if "many" not in one]
    assert kept(answers, 2) == ["How long did the trip last?", "What did Anna say?"]
