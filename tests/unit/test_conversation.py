import pytest

from qa.answer import Turn
from qa.conversation import resolve

LAUNCH = Turn("When did the Soyuz lift off?", "8:55 GMT")
ACTRESS = Turn("Which actress flew to the space station?", "Yulia Peresild")
DOCKED = Turn("Who docked the Soyuz manually?", "Shkaplerov")


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        ([ACTRESS], "How old is she?", "How old is the actress Yulia Peresild?"),
        ([ACTRESS], "What is her role?", "What is the actress Yulia Peresild's role?"),
        ([LAUNCH], "And where?", "Where did the Soyuz lift off?"),
        ([LAUNCH], "where", "Where did the Soyuz lift off?"),
        ([DOCKED], "Why?", "Why Shkaplerov docked the Soyuz manually?"),
        (
            [Turn("Who is Klim Shipenko?", "director")],
            "And Anton Shkaplerov?",
            "Who is Anton Shkaplerov?",
        ),
        ([Turn("Who is Klim Shipenko?", "director")], "What about Anton?", "Who is Anton?"),
        (
            [Turn("What is the movie called?", "Challenge")],
            "What is it about?",
            "What is the movie about?",
        ),
        (
            [Turn("Who criticizes the film?", "Russian media")],
            "What do they claim?",
            "What do Russian media claim?",
        ),
        (
            [ACTRESS, Turn("How old is she?", "37")],
            "And where does she live?",
            "where does Yulia Peresild live?",
        ),
        (
            [Turn("How old is the actress?", "37")],
            "And where was she filmed?",
            "where was the actress filmed?",
        ),
        (
            [Turn("Who did NASA contact about a movie?", "Tom Cruise")],
            "When was that confirmed?",
            "When was that confirmed (NASA contact about a movie)?",
        ),
        (
            [Turn("Was Ann inside?", "Ann")],
            "Who else was inside?",
            "Who else was inside (Ann inside)?",
        ),
        ([Turn("Which actress flew?", "")], "How old is she?", "How old is the actress?"),
        ([ACTRESS], "And the director, how old is he?", "How old is the director?"),
        ([ACTRESS], "and the director, what is his name", "What is the director's name?"),
        (
            [ACTRESS],
            "In space, what did she eat?",
            "In space, what did the actress Yulia Peresild eat?",
        ),
        ([ACTRESS], "And the actress, who trained her?", "Who trained the actress?"),
        (
            [Turn("Who lived in the house?", "the 7 dwarfs")],
            "What did they eat?",
            "What did the 7 dwarfs eat?",
        ),
        (
            [Turn("Which spacecraft was used?", "Soyuz MS-19")],
            "Where did it land?",
            "Where did Soyuz MS-19 land?",
        ),
        ([Turn("What did he change?", "the script")], "What for?", "Why did he change?"),
        ([Turn("When do they return?", "October 17")], "Who with?", "Who do they return with?"),
        (
            [Turn("Will the whole film be shot in space?", "will be completed on Earth")],
            "Where will it be finished?",
            "Where will the whole film be finished?",
        ),
        ([Turn("When was the talk?", "on Monday")], "Who gave it?", "Who gave the talk?"),
        (
            [Turn("When did the sisters leave?", "")],
            "Where did they go?",
            "Where did the sisters go?",
        ),
        ([ACTRESS], "But so how old is she?", "how old is the actress Yulia Peresild?"),
        (
            [ACTRESS],
            "But during the flight, what did she eat?",
            "during the flight, what did the actress Yulia Peresild eat?",
        ),
        (
            [ACTRESS],
            "In the end, what did she say?",
            "In the end, what did the actress Yulia Peresild say?",
        ),
        ([DOCKED], "What did he say about his boat?", "What did Shkaplerov say about his boat?"),
        ([DOCKED], "Why did the king send him away?", "Why did the king send Shkaplerov away?"),
        ([DOCKED], "what did nasa say about him", "what did nasa say about Shkaplerov"),
        (
            [ACTRESS],
            "What is the first film she made?",
            "What is the first film the actress Yulia Peresild made?",
        ),
        (
            [ACTRESS],
            "How long did it take her to learn the role?",
            "How long did it take the actress Yulia Peresild to learn the role?",
        ),
        ([LAUNCH], "How long did it take?", "How long did the Soyuz take?"),
        ([LAUNCH], "How much did it cost to make?", "How much did the Soyuz cost to make?"),
        ([LAUNCH], "Was it hard to steer?", "Was the Soyuz hard to steer?"),
        (
            [LAUNCH],
            "How long did it take to get there?",
            "How long did the Soyuz take to get there (the Soyuz lift off)?",
        ),
        (
            [Turn("Who sailed?", "the two sisters")],
            "In how many days do they return?",
            "In how many days do the two sisters return?",
        ),
        (
            [Turn("Who sailed?", "the two sisters")],
            "How long was the core they drilled?",
            "How long was the core the two sisters drilled?",
        ),
        (
            [DOCKED],
            "Who said that to him?",
            "Who said that to Shkaplerov (docked the Soyuz manually)?",
        ),
        (
            [Turn("How long did the trip last?", "about 3.5 hours")],
            "Did they like the borscht?",
            "Did they like the borscht?",
        ),
    ],
)
def test_a_follow_up_gets_its_missing_part(
    history: list[Turn], question: str, expected: str
) -> None:
    assert resolve(question, history) == expected


@pytest.mark.parametrize(
    "question",
    [
        "How old is the actress?",
        "Who made modifications to the script?",
        "Where did the Soyuz lift off?",
        "What did Shkaplerov do when he arrived?",
        "What is the name of the movie?",
        "And which television channel covers the making of the film?",
        "Is there a cat in the story?",
        "According to the article, who is the actress?",
        "After the ship landed, who opened its door?",
        "Ok",
        "So what?",
        "So?",
        "And then who won the race?",
        "So tell me who docked the Soyuz?",
        "So according to the article, who is the actress?",
        "But during the flight, what did Anton eat?",
        "Where do eels begin their lives?",
        "For how long did pupils have to stay away from their school building?",
        "how much does colin strake want for his boat",
        "why is colin strake selling his boat",
        "what did torvald take with him",
        "how much did carrow earn a year when he started stealing",
        "How late was the bus when it got back to the depot?",
        "Who saved the five people when their platform drifted away?",
        "What did the maid see when she followed the king's daughter?",
        "How did the poor widow support herself and her son?",
        "How long did it take to clean the reels?",
        "How much did it cost to launch the Kestrel rocket?",
        "How long did it take for the two sisters to clean the house?",
        "What does it mean when the lamp is lit?",
        "Why is it important to film in space, according to the Kremlin?",
        "In what ways was it hard for the actress?",
        "Who said that it was normal to need several attempts?",
        "Whose job is it to perform the operation in the movie?",
        "What time is it in Moscow?",
        "Was it raining when the ship landed?",
        'Who said "we will remember it with a smile"?',
        "What was Solano's profession in her earlier career?",
        "why do some media not like the film",
        "What happened because the forest was so thick?",
        "Besides Shkaplerov, who else from the station will appear in the film?",
        "Why might filming on the station bother the people there?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert resolve(question, [DOCKED, ACTRESS]) == question
    assert resolve(question, []) == question


def test_without_history_nothing_is_put_back() -> None:
    assert resolve("How old is she?", []) == "How old is she?"


def test_a_long_chat_is_resolved() -> None:
    turns = [Turn("And where did it go?", "Oslo")] * 3000
    assert resolve("And when?", [ACTRESS, *turns])
