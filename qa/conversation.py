"""Follow-up questions: put back what a question leaves to the turns before it.

Rules over the words, as in the rewriting baselines for CANARD (Elgohary et al. 2019): a pronoun
becomes what was last asked about or answered, a bare "and where?" takes over the question before.
A question that stands on its own is never touched. Measured in eval/DECISIONS.md.
"""

import re
from collections.abc import Iterator, Sequence

from qa.answer import Turn

_WH = r"(?:who(?:m|se)?|what|when|where|why|how(?: (?:long|old|many|much|far|often|big))?|which)"
_PREPOSITION = r"(?:in|on|at|by|with|for|from|to|of|about|against|until|since)"
_ASIDE = re.compile(r"^(?:(?:and|but|or|so|then|ok(?:ay)?)\b[,\s]*)+", re.IGNORECASE)
_BARE_WH = re.compile(rf"(?:{_PREPOSITION} )?{_WH}(?: else| exactly)?", re.IGNORECASE)
_WH_WITH = re.compile(rf"({_WH}) ({_PREPOSITION})", re.IGNORECASE)
_NAMED_FIRST = re.compile(rf"([^,]+), ((?:{_PREPOSITION} )?{_WH}\b.+)", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"^(?:what|how) about\s+(.+)$", re.IGNORECASE)
_LEADING_WH = re.compile(rf"^(?:(?:{_PREPOSITION}) )?{_WH}\b", re.IGNORECASE)
# "during the flight, what did Anton eat", "tell me who docked it": a question of its own.
_ASKS = re.compile(rf"(?:^|, |\bthen |\btell me )(?:{_PREPOSITION} )?{_WH}\b", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might"
    r"|must)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(he|she|him|her|his|hers|himself|herself)\b", re.IGNORECASE)
_THING = re.compile(r"\b(it|its|they|them|their|theirs)\b", re.IGNORECASE)
_PRONOUN = re.compile(rf"{_PERSON.pattern}|{_THING.pattern}", re.IGNORECASE)
_POINTING = re.compile(
    r"^(?!besides [^,]+, who else\b|.*\b(?:in|on|at) the .*\bthere$).*?\b(?:else\b"
    r"|(?:do|does|did|done|happen|happened|mean|about|of|after|before|was|is) (?:that|this)\b"
    # "Who said that?" points, "Who said that it was hard?" doesn't.
    rf"|(?:say|said) (?:that|this)\b(?! (?!{_PREPOSITION}\b)\w)"
    rf"|(?:do|does|did|done|say|said|mean|was|is) so\b(?! (?!{_PREPOSITION}\b)\w)"
    r"|there\?*$|then\?*$|the (?:other|others|same|latter|former)\b)",
    re.IGNORECASE,
)
# An "it" that stands for nothing: "did it take to clean the reels", "is it important to film".
_EXPLETIVE = re.compile(
    r"\bit(?= (?:(?:take|took|cost)\w*\b(?: \w+){0,5}? to \w+ \w|mean (?:to|when|if|that)\b"
    r"|(?:(?:is|was|be|been) )?(?:(?:so|very|too|more|\w+ly) )?(?:(?:im)?possible|hard|easy|easier"
    r"|difficult|(?:un)?important|(?:un)?necessary|(?:ab)?normal|(?:un)?usual|good|better|best|bad"
    r"|(?:un)?safe|dangerous|risky|common|strange|odd|rare|(?:un)?likely|true|wrong|right|time)"
    r" (?:to \w+ \w|that\b|for\b)|(?:rain|snow|hail|thunder)(?:s|ed|ing)?\b))"
    r"|\bwhat (?:time|date) (?:is|was) it(?= in \w| now\b| when\b)"
    r"|\b(?:job|task|turn|duty) (?:is|was) it(?= to \w+ \w)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")
_POSSESSIVE = {"his", "its", "their", "her", "hers", "theirs"}
_NAME = re.compile(r"[A-Z][\w’'-]*(?:(?: (?:of|de|van|von|the|and))? [A-Z][\w’'-]*)*")
_NOUN_PHRASE = re.compile(
    r"\b(?:the|an?|this|that|his|her|its|their)((?: [\w’'-]+){1,4}?)"
    r"(?= (?:of|in|on|at|by|with|for|from|to|about|that|which|who|is|are|was|were|do|does|did|has"
    r"|have|had|can|could|will|would|be|and|or|take|last|call|land|lift|start|begin|end|go|come"
    r"|happen|cost|say|get|need|have|look|feel|live|die|leave|think|want|give|make)\w*\b|[?.,!]|$)",
    re.IGNORECASE,
)
# Where it happened is nobody: "During the flight, what did he eat?".
_SETTING = re.compile(r"^(?:in|on|at|during) (?:(?:the|an?) )?[\w-]+(?: [\w-]+)?, ", re.IGNORECASE)
# Who does something: "did the maid", "why is colin strake", "happened to the bull".
_SUBJECT = re.compile(
    rf"\b(?:(?:do|does|did)(?:n[’']t)?|(?:why|when|where|how(?: \w+)?){_AUXILIARY.pattern}) "
    r"(?!(?:s?he|it|they|you|we|i|him|hers?|his|its|theirs?|them|my|your|our|one|not|the|an?|this"
    r"|that|these|those|there|\w+ing)\b)([\w’'-]+(?: [\w’'-]+)?)",
    re.IGNORECASE,
)
_DETERMINED = re.compile(r"\b(?:the|an?)((?: [\w’'-]+){1,3})", re.IGNORECASE)
# After these "he" or "him" may be the one who does something: "when he", "take with him".
_MAY_BE_SUBJECT = re.compile(
    r"\b(?:when|while|because|if|after|before|until|since|as|whether|(?:take|bring|carry) with) $",
    re.IGNORECASE,
)
_WHICH_THING = re.compile(
    rf"^which (?!(?:ones?|{_PREPOSITION})\b|{_AUXILIARY.pattern})([\w-]+)(?= )", re.IGNORECASE
)
# What "it" and "they" never mean: "about 3.5 hours", "on Monday", "will be completed on Earth".
_NO_THING = re.compile(
    r"^(?:(?:about|over|nearly|almost|only|some|at) )?\d[\d.,:]*"
    r"(?:[ -](?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|GMT|per cent|percent)\b.*)?$"
    rf"|^(?:{_PREPOSITION}|after|before|during|because|when|while)\b|^{_AUXILIARY.pattern}"
    r"|^(?:last )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|^(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r" \d",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"(?:[^s]s|people|children|men|women|crew|team|family|couple|media|police|pair|group)$",
    re.IGNORECASE,
)
_LONGEST_ANTECEDENT = 8  # words
_TURNS = 12  # what was said before them is forgotten


def resolve(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves to the earlier turns put back.

    history: oldest first. Returns the question itself when it leans on nothing.
    """
    history = history[-_TURNS:]
    if not history:
        return question
    last = history[-1]
    earlier = resolve(last.question, history[:-1])
    rest = _ASIDE.sub("", question)
    bare = rest.rstrip("?!. ")
    if not bare or question.rstrip("?!. ").lower() == "so what":  # asks nothing
        return question
    if _BARE_WH.fullmatch(bare):
        return _other_wh(bare, earlier, last.answer)
    if trailing := _WH_WITH.fullmatch(bare):
        if bare.lower() == "what for":
            return _other_wh("why", earlier, last.answer)
        return f"{_other_wh(trailing[1], earlier, last.answer).rstrip('?!. ')} {trailing[2]}?"
    if rest != question and (first := _NAMED_FIRST.fullmatch(bare)):
        pronoun = _PRONOUN.search(first[2])
        if pronoun and (_NOUN_PHRASE.fullmatch(first[1]) or _NAME.fullmatch(first[1])):
            asked = _replaced(first[2], pronoun, first[1])
            return f"{asked[:1].upper()}{asked[1:]}?"
    about = _WHAT_ABOUT.match(bare)
    if about or (rest != question and not _ASKS.search(bare) and not _AUXILIARY.match(bare)):
        return _other_subject(about[1] if about else bare, earlier)
    named = _with_names(rest, [*history[:-1], Turn(earlier, last.answer)])
    if named is None:
        return question
    if _POINTING.search(bare):
        return f"{named.rstrip('?!. ')} ({_without_wh(earlier)})?"
    return named


def _without_wh(question: str) -> str:
    """What a question is about. With its question word in view the reader would answer it again."""
    rest = _LEADING_WH.sub("", question.rstrip("?!. "))
    auxiliary = _AUXILIARY.match(rest)
    return rest[auxiliary.end() if auxiliary else 0 :].strip()


def _other_wh(wh: str, earlier: str, answer: str) -> str:
    """ "When did it start?", then "And where?": "Where did it start?"."""
    asked = _LEADING_WH.match(earlier)
    if not asked or wh.lower().endswith("else"):
        return f"{earlier} {wh}?"
    rest = earlier[asked.end() :]
    # Where the earlier answer was the subject ("Who docked it?"), it has to be named.
    if not _AUXILIARY.match(rest) and answer and _short(answer):
        rest = f" {answer}{rest}"
    return wh[:1].upper() + wh[1:] + rest


def _other_subject(subject: str, earlier: str) -> str:
    """ "Who is Ann?", then "And Ben?": "Who is Ben?"."""
    if subject[:1].isupper():
        names = [match for match in _NAME.finditer(earlier) if match.start() > 0]
        if names:
            return earlier[: names[-1].start()] + subject + earlier[names[-1].end() :]
    phrases = list(_NOUN_PHRASE.finditer(earlier))
    if phrases:
        return earlier[: phrases[-1].start()] + subject + earlier[phrases[-1].end() :]
    return f"{earlier} {subject}?"


def _with_names(question: str, history: Sequence[Turn]) -> str | None:
    """The question with its pronouns replaced; None when it leans on nothing."""
    leans = points = bool(_POINTING.search(question.rstrip("?!. ")))
    for pattern, antecedents in ((_PERSON, _people), (_THING, _things)):
        found = pattern.search(_without_idle_words(question, points))
        if found is None or _stands_alone(question, found):
            continue
        leans = True
        antecedent = next(antecedents(history, found[0].lower()), None)
        if antecedent is None:
            continue
        question = _replaced(question, found, antecedent)
    return question if leans else None


def _without_idle_words(question: str, points: bool) -> str:
    """The question, as long as it was, with dashes for what holds no pronoun that leans."""
    idle = (_QUOTED,) if points else (_QUOTED, _EXPLETIVE)
    for pattern in idle:
        question = pattern.sub(lambda match: "-" * len(match[0]), question)
    return question


def _replaced(question: str, pronoun: re.Match[str], antecedent: str) -> str:
    """The question with the antecedent in the place of its pronoun."""
    after = question[pronoun.end() :]
    owned = "'s" if _owns(pronoun, question) else ""
    return question[: pronoun.start()] + antecedent + owned + after


def _owns(pronoun: re.Match[str], question: str) -> bool:
    """Whether something is the pronoun's: "her role", not "trained her" or "took her to"."""
    said = pronoun[0].lower()
    return said in _POSSESSIVE and (
        said != "her"
        or re.match(rf" (?!{_PREPOSITION}\b)\w", question[pronoun.end() :]) is not None
    )


def _stands_alone(question: str, pronoun: re.Match[str]) -> bool:
    """Whether something before the pronoun is what it stands for."""
    before = question[: pronoun.start()]
    said = pronoun[0].lower()
    if _PERSON.fullmatch(said):
        before = _SETTING.sub("", before)
    if any(match.start() > 0 for match in _NAME.finditer(before)) or _NOUN_PHRASE.search(before):
        return True
    # "Why did the king send him away?" asks about another man, "send his men" does not.
    owns = _owns(pronoun, question) or said.endswith("self")
    if not owns and not _MAY_BE_SUBJECT.search(before):
        return False
    found = [(match[1], False) for match in _SUBJECT.finditer(before)]
    found += [(match[1], True) for match in _DETERMINED.finditer(before)]
    return any(_may_be(said, words.split(), determined) for words, determined in found)


def _may_be(pronoun: str, words: Sequence[str], determined: bool) -> bool:
    """Whether these words, determined by an article or not, may be what the pronoun stands for."""
    if pronoun.startswith("the"):  # they, them, their
        return any(_PLURAL.search(word) for word in words)
    if pronoun in ("it", "its"):
        return determined
    return determined or not _PLURAL.search(words[0])


def _people(history: Sequence[Turn], pronoun: str) -> Iterator[str]:
    for turn in reversed(history):
        names = _NAME.search(turn.answer)
        thing = _WHICH_THING.match(turn.question)
        if names and _short(turn.answer):
            # The story may call her by her name in one place and "the actress" in another.
            yield f"the {thing[1]} {names[0]}" if thing else names[0]
        yield from (match[0] for match in _NAME.finditer(turn.question) if match.start() > 0)
        if thing:
            yield f"the {thing[1]}"
        if turn.answer and _short(turn.answer) and not re.search(r"\d", turn.answer):
            yield turn.answer
        yield from (match[0] for match in _NOUN_PHRASE.finditer(turn.question))


def _things(history: Sequence[Turn], pronoun: str) -> Iterator[str]:
    for turn in reversed(history):
        thing = turn.answer and _short(turn.answer) and not _NO_THING.match(turn.answer)
        answer = [turn.answer] if thing else []
        many = pronoun.startswith("the")  # they, them, their
        if many:
            yield from answer
        for match in _NOUN_PHRASE.finditer(turn.question):
            if not many or _PLURAL.search(match[0]):
                yield match[0]
        yield from (match[0] for match in _NAME.finditer(turn.question) if match.start() > 0)
        if not many:
            yield from answer


def _short(answer: str) -> bool:
    return len(answer.split()) <= _LONGEST_ANTECEDENT
