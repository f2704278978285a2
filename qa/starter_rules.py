"""Rules that turn a story's sentences into questions which the same sentences answer."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from index.passages import sentences
from qa.names import names
from qa.verbs import BASE

# A starter about the end of a novel would be no start.
READ_CHARACTERS = 60_000
_LONGEST = 7

_W = r"[a-z]+(?:[-'’][a-z]+)*"
_PAST = "|".join(sorted(BASE, key=len, reverse=True))
_STOP = (
    r"(?!(?:of|and|or|that|who|which|had|has|was|were|is|are|to|in|at|on|by|not|then|so|as|with|for|from"
    r"|latter|same|other|next|first|last|one|two|more|few|only|very|whole|rest|following|latter|former"
    rf"|near|where|when|named|called|could|would|did|there|once|all|{_PAST})\b)"
)
_NUMBER = (
    r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty"
    r"|fifty|hundred)"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Christmas|Easter|Midsummer)"
_DATE = rf"(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH}|{_MONTH} \d{{4}}|{_DAY})"
_UNIT = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|centur(?:y|ies))"
_TIME = re.compile(
    rf"\d|{_DATE}|\b{_UNIT}$|morning|evening|night|noon|spring|summer|autumn|winter", re.IGNORECASE
)
_SAY = (
    r"(?:said|told|explained|announced|acknowledged|added|replied|answered|admitted|warned|insisted"
    r"|declared|claimed|promised|whispered|confirmed|cried|exclaimed|asked|thought)"
)
_ROLE = (
    r"(?!(?:after|other|another|never|ever|over|under|however|rather|whether|together|later|former"
    r"|for|or|nor|either|neither|her|better|water|per|order|wonder|number|matter|winter|summer|than"
    r"|letter|river|paper|power|offer|dinner|supper|corner|spider|further|door|floor|poor|paper"
    r"|garden|silver|danger|answer|master's|harbor|color|list|mist|less|guess)\b)"
    r"(?:[a-z]+(?:or|er|ess|ist|man|woman|naut|eon|ian)|king|queen|prince|boy|girl|wife|son|aunt"
    r"|uncle|head|chief|giant|witch|knight|fairy|host|captain|nurse|lad|cousin|monk|bishop|dog|cat"
    r"|horse|widow|monster|hero|man|woman|child|children|daughter|husband|father|mother|princes|lion"
    r"|fox|wolf|bear|bird|raven|eagle|snake|serpent|dragon|saint|sparrow|couple|people|villagers)\b"
)
_WORK = r"(?:movie|film|book|novel|song|play|poem|ship|newspaper|magazine|show|series|game)"
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|him|her|his|hers|its|them|their|theirs|this|that|these|those|i|me|my|we|us"
    r"|our|you|your|himself|herself|itself|themselves|such|so|thus|there|here|ones?|others?|another"
    r"|which|whom?|whose|what|same|too|also|then|either|back|away|not|never|nothing|again)\b",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"[“”\"‘]|’(?![a-z])|'(?![a-z])")
_PLACE = r"(?:in|at|on|near|by|under|beside|among|upon|inside|beneath|not far from|close to)"
_CLAUSE = r"(?:^|[;,] (?:and|but|so|for|then) |^(?:So|But|Then|And|Now|Thus|Once|Suddenly),? )"
_ADJUNCT = r"(?:^((?:On|At|In|One|After|Last|Early|During) [^,]{2,40}), )"

_MOVED = frozenset("went travelled sailed rode returned fled flew wandered climbed ran".split())
_STAYED = frozenset("lived dwelt stood sat worked slept landed stayed hid".split())
_MEANT = frozenset("wanted wished tried decided promised planned refused hoped agreed".split())
_HANDLED = frozenset(
    "found bought built made wanted brought caught carried sold took saw stole lost wore "
    "ordered demanded promised discovered received sent drew held played opened threw".split()
)


class Told(NamedTuple):
    """A story as the rules see it.

    text: its sentences, a space between; names: how often each stands there; thing: a pattern of
    a name or "the …"; be: "is" or "was", as the story is told.
    """

    text: str
    lines: tuple[str, ...]
    names: Counter[str]
    name: str
    thing: str
    articles: frozenset[str]
    be: str

    def called(self, name: str) -> str:
        """The name as a sentence has it: with "the" where the story says so."""
        return f"the {name}" if name in self.articles else name


Rule = Callable[[Told], Iterator[str]]


class _Deed(NamedTuple):
    """A subject, its past verb, what follows up to a comma, the tail, and a "when" before."""

    subject: str
    verb: str
    rest: str
    tail: str
    before: str


def read(text: str) -> Told:
    """The beginning of a story, ready for the rules."""
    cut = len(text) > READ_CHARACTERS
    text = text[:READ_CHARACTERS]
    lines = tuple(" ".join(text[start:end].split()) for start, end in sentences(text))
    lines = lines[:-1] if cut else lines
    text = " ".join(lines)
    found = names(text)
    articles = {name for name, count in found.items() if 2 * _articled(name, text) > count}
    # "the Counsellors" are several: "was" and "does" would be wrong of them.
    for name in [one for one in found if re.search(r"(?:^|[a-z])(?:[eo]rs|ghts|ants)$", one)]:
        del found[name]
    name = "|".join(map(re.escape, sorted(found, key=len, reverse=True))) or r"(?!)"
    name = rf"(?:{name})(?![-\w])"
    noun = rf"{_STOP}{_W}"
    common = rf"(?:[Tt]he|[Aa]n?)(?: {noun}){{1,3}}(?: of (?:the )?(?:{name}|{noun}))?"
    thing = rf"(?:(?:[Tt]he )?{name}|{common}|[Tt]he {name} {noun})"
    narrated = re.sub(r"[“\"][^”\"]*[”\"]", "", text)
    past = len(re.findall(r"\b(?:was|were|had)\b", narrated))
    be = "was" if past > 2 * len(re.findall(r"\b(?:is|are|has)\b", narrated)) else "is"
    return Told(text, lines, found, name, thing, frozenset(articles), be)


def _articled(name: str, text: str) -> int:
    """How often a name follows "the", "a" or the like, as a common noun does."""
    found = re.findall(rf"\b(?:[Tt]he|[Aa]n?|[Hh]is|[Tt]his)(?: [a-z]+)? {re.escape(name)}\b", text)
    return len(found)


def _deeds(told: Told) -> Iterator[_Deed]:
    pattern = re.compile(
        rf"(?:{_ADJUNCT}|{_CLAUSE})({told.thing}) (?:once |soon |then |quickly |at once |at last )?"
        rf"({_PAST}) ([^,.;!?:]{{2,90}})(?=[,.;!?:])"
    )
    for line in told.lines:
        if _QUOTES.search(line):
            continue
        for match in pattern.finditer(line):
            before, subject, verb, rest = match.groups(default="")
            if not re.search(r"\b(?:old|young|poor|rich|[a-z]+est|[a-z]+ly)$", subject):
                yield _Deed(_the(subject), verb, rest, line[match.end() :], before)


def _how_long(told: Told) -> Iterator[str]:
    """The trip lasted 3 hours. → How long did the trip last?"""
    verbs = "lasted:last took:take lived:live waited:wait reigned:reign slept:sleep stayed:stay"
    base = dict(pair.split(":") for pair in verbs.split())
    for match in re.finditer(
        rf"(?:(?<=[.!?] )|^)({told.thing}) ({'|'.join(base)}) "
        rf"(?:for |about |only |almost |nearly |over ){{0,2}}"
        rf"(?:{_NUMBER}|many|several|an?) (?:[a-z]+ )?{_UNIT}\b",
        told.text,
    ):
        yield f"How long did {_the(match[1])} {base[match[2]]}?"


def _said(told: Told) -> Iterator[str]:
    """X said “…” → What did X say?"""
    speakers = Counter(
        match[1] or match[2]
        for match in re.finditer(
            rf"(?<!of )(?<!of the )(?<!in )(?<!and )\b({told.name})(?:,[^,.;]{{3,40}},)? {_SAY}\b"
            rf"|[,!?.][”\"’'] {_SAY} (?:the )?({told.name})",
            told.text,
        )
    )
    for name, _ in speakers.most_common():
        yield f"What did {told.called(name)} say?"


def _who_is(told: Told) -> Iterator[str]:
    """director X · X, a director, · X was a director → Who is X?"""
    described = {
        next(filter(None, match.groups()))
        for match in re.finditer(
            rf"\b{_ROLE},? ({told.name})"
            rf"|\b({told.name}), (?:the|an?) (?:[a-z]+ ){{0,3}}{_ROLE}"
            rf"|(?:^|[.,;] (?:and )?)({told.name}) (?:was|is) "
            rf"(?:the|an?) (?:[a-z]+ ){{0,3}}{_ROLE}",
            told.text,
        )
    } - told.articles
    for name in sorted(described, key=lambda name: -told.names[name]):
        yield f"Who {told.be} {name}?"


def _who_has_role(told: Told) -> Iterator[str]:
    """director X → Who is the director?"""
    if told.be == "is":
        held = Counter(
            re.findall(rf"\b(?:the |[A-Z][a-z]+ |[a-z]+ )({_ROLE}) (?={told.name})", told.text)
        )
        for role in [role for role, count in held.items() if count == 1]:
            yield f"Who is the {role}?"


def _called(told: Told) -> Iterator[str]:
    """a boy named X · the movie “X” → What is the name of the boy?"""
    for match in re.finditer(
        r"\b(?:an?|the|one) (?:[a-z-]+ )?(?!man\b)([a-z-]+),? (?:named|called|by the name of"
        r"|whose name (?:was|is)) [“\"‘']?[A-Z]",
        told.text,
    ):
        yield f"What {told.be} the name of the {match[1]}?"
    for match in re.finditer(rf"\b(?:the|an?|his|her) ({_WORK}),? [“\"‘'][A-Z]", told.text, re.I):
        yield f"What {told.be} the {match[1]} called?"


def _how_many(told: Told) -> Iterator[str]:
    """The king had three daughters. → How many daughters did the king have?"""
    verbs = "had|has|bought|built|caught|found|killed|shot|saw|sold|received|wrote|made|won"
    looks = r"(?:(?:small|little|young|beautiful|fair|great|large|big) )?"
    for match in re.finditer(
        rf"(?<!in )(?<!of )(?<!at )\b({told.thing}),? (?:who |and )?({verbs}) "
        rf"(?:only |about |over )?{_NUMBER} ({looks}[a-z]+(?:s|men|children))\b",
        told.text,
    ):
        if not re.fullmatch(_UNIT, match[3]) and not match[3].startswith("hundred"):
            do = "does" if match[2] == "has" else "did"
            yield f"How many {match[3]} {do} {_the(match[1])} {BASE.get(match[2], 'have')}?"


def _how_old(told: Told) -> Iterator[str]:
    """the 37-year-old actress → How old is the actress?"""
    for match in re.finditer(r"\b\d+-year-old ([a-z]+)\b", told.text):
        yield f"How old {told.be} the {match[1]}?"
    for match in re.finditer(
        rf"({told.name}),? (?:was |is )?{_NUMBER} years (?:old|of age)", told.text
    ):
        yield f"How old {told.be} {told.called(match[1])}?"


def _when(told: Told) -> Iterator[str]:
    """On Monday X did Y. → When did X do Y?"""
    for deed in _deeds(told):
        if _TIME.search(deed.before) and not _PRONOUN.search(deed.rest):
            yield f"When did {deed.subject} {BASE[deed.verb]}{_phrase(deed.rest)}?"


def _what_happened(told: Told) -> Iterator[str]:
    """… was held on Monday. → What happened on Monday?"""
    if told.be == "is":
        for date in dict.fromkeys(re.findall(rf"\b[Oo]n ({_DATE})", told.text)):
            yield f"What happened on {date}?"


def _scheduled(told: Told) -> Iterator[str]:
    """its return, scheduled for October 17 → What is scheduled for October 17?"""
    for match in re.finditer(rf"\b(scheduled|planned|expected) (for|on|in) ({_DATE})", told.text):
        yield f"What {told.be} {match[1]} {match[2]} {match[3]}?"


def _where_is(told: Told) -> Iterator[str]:
    """in Baikonur, Kazakhstan → Where is Baikonur?"""
    place = r"[A-Z][a-z]{3,}"
    for match in re.finditer(rf"\b(?:in|at|near) ({place}), ({place})[,.]", told.text):
        yield f"Where {told.be} {match[1]}?"


def _where_did(told: Told) -> Iterator[str]:
    """An old man lived in a hut. X went to Y. → Where did the old man live?"""
    who = rf"((?:an?|the)(?: {_STOP}{_W}){{1,3}}|{told.name})"
    for match in re.finditer(
        rf"\bthere (?:once )?(?:lived|dwelt)(?: once)?,? "
        rf"(?:{_PLACE} [^,.;]{{3,50}},? )?{who} {_PLACE} "
        rf"|(?:^|[.!?] )(?:[A-Z][a-z, ]+ )?(?:In|in|On|on|Near|near|At|at) [^.;!?]{{3,60}},? "
        rf"(?:there )?(?:once )?(?:lived|dwelt) {who}",
        told.text,
    ):
        yield f"Where did {_the(match[1] or match[2])} live?"
    for deed in _deeds(told):
        to = re.match(rf"(?:in)?to (?:the|an?|{told.name})\b(?! (?:bed|sleep))", deed.rest)
        at = re.match(rf"{_PLACE} (?:the|an?|{told.name})\b", deed.rest)
        if (to and deed.verb in _MOVED) or (at and deed.verb in _STAYED):
            yield f"Where did {deed.subject} {BASE[deed.verb]}?"


def _why(told: Told) -> Iterator[str]:
    """X did Y because … · X was sad because … → Why did X do Y?"""
    cause = r"(?:because|in order (?:to|that)|so that|for fear)\b"
    for deed in _deeds(told):
        within = re.search(rf" {cause}", deed.rest)
        done = deed.rest[: within.start()] if within else deed.rest
        if (within or re.match(rf", {cause}", deed.tail)) and not _PRONOUN.search(done):
            yield f"Why did {deed.subject} {BASE[deed.verb]}{_phrase(done)}?"
        if purpose := re.match(rf"(to (?:the {_W}|{told.name})) to [a-z]+ ", deed.rest):
            yield f"Why did {deed.subject} {BASE[deed.verb]} {purpose[1]}?"
    for match in re.finditer(
        rf"(?:^|[.;,] (?:and |but )?)({told.thing}) (was|were) ([^,.;!?]{{3,40}}),? because\b",
        told.text,
    ):
        if not _PRONOUN.search(match[3]):
            yield f"Why {match[2]} {_the(match[1])} {match[3]}?"
    for match in re.finditer(rf"(?:^|[.;,] )({told.thing}) ({_PAST}),? because\b", told.text):
        yield f"Why did {_the(match[1])} {BASE[match[2]]}?"


def _how(told: Told) -> Iterator[str]:
    """X did Y by doing Z. → How did X do Y?"""
    for deed in _deeds(told):
        done, by, _ = deed.rest.partition(" by ")
        if by and re.match(r"[a-z]+ing\b", _) and not _PRONOUN.search(done):
            yield f"How did {deed.subject} {BASE[deed.verb]} {done}?"


def _what_did(told: Told) -> Iterator[str]:
    """X found a ring. → What did X find?"""
    for deed in _deeds(told):
        thing = re.match(rf"(?:an?|the|{_NUMBER}) (?!man|men|woman|place)", deed.rest)
        if thing and deed.verb in _HANDLED:
            where = re.search(r" (?:in|on|under|from|into|to) the [a-z-]+$", deed.rest)
            yield f"What did {deed.subject} {BASE[deed.verb]}{where[0] if where else ''}?"
        to = re.match(rf"((?:the {_STOP}{_W}|{told.name})) (?:an?|the|{_NUMBER}) ", deed.rest)
        if to and deed.verb in ("gave", "brought", "sent", "offered", "promised", "showed", "sold"):
            yield f"What did {deed.subject} {BASE[deed.verb]} {to[1]}?"


def _what_to_do(told: Told) -> Iterator[str]:
    """X decided to do Y. → What did X decide to do?"""
    for deed in _deeds(told):
        if deed.verb in _MEANT and re.match(r"to [a-z]+ ", deed.rest):
            yield f"What did {deed.subject} {BASE[deed.verb]} to do?"


def _who_did(told: Told) -> Iterator[str]:
    """X did Y. · an X who did Y → Who did Y?"""
    for deed in _deeds(told):
        by_one = re.fullmatch(rf"(?:the )?{told.name}|the (?:{_W} ){{0,2}}{_ROLE}", deed.subject)
        if by_one and _whole(told, deed.rest) and deed.verb not in ("said", "thought", "began"):
            yield f"Who {deed.verb} {deed.rest}?"
    for match in re.finditer(rf"\b{_ROLE},? who ({_PAST}|was) ([^,.;:!?]{{4,50}})[,.;]", told.text):
        if _whole(told, match[2]) and not _QUOTES.search(match[2]):
            yield f"Who {match[1]} {match[2]}?"


def _whole(told: Told, rest: str) -> bool:
    """Whether what follows a verb reads well on its own."""
    begins = rf"(?:the|an?|to|into|in|on|up|down|across|through|very|{_NUMBER}|{told.name})\b"
    fits = re.match(begins, rest) and not re.search(
        r"\b(?:and|but|to|so|who)$| (?:and|but) the ", rest
    )
    return bool(fits) and 2 <= len(rest.split()) <= _LONGEST and not _PRONOUN.search(rest)


def _who_was(told: Told) -> Iterator[str]:
    """X was a Y. → Who was a Y?"""
    for match in re.finditer(
        rf"(?:[.;!?]|, but|, and) (?:But |And |Now )?"
        rf"((?:[Tt]he (?:[a-z]+ ){{0,2}}{_ROLE})|{told.name}) was "
        rf"((?:an?|the|very|never|always) [^,.;:!?“”\"]{{4,50}})[,.;]",
        told.text,
    ):
        if not _PRONOUN.search(match[2]) and 3 <= len(match[2].split()) <= _LONGEST:
            yield f"Who was {match[2]}?"


def _felt(told: Told) -> Iterator[str]:
    """X was very sad. → How did X feel?"""
    for match in re.finditer(
        rf"(?:[.;!?]|,) (?:But |And |Now |and |but |so )?([Tt]he (?:[a-z]+ )?{_ROLE}|{told.name}) "
        r"was (?:very |so |much |greatly |deeply )?(?:angry|sad|glad|happy|frightened|afraid"
        r"|delighted|pleased|sorry|astonished|ashamed|surprised|proud|unhappy|grieved|lonely|terrified)\b",
        told.text,
    ):
        yield f"How did {_the(match[1])} feel?"


def _spoke_about(told: Told) -> Iterator[str]:
    """X spoke about Y. → What did X speak about?"""
    for match in re.finditer(rf"\b({told.name}) (spoke|talked|complained) about\b", told.text):
        verb = {"spoke": "speak", "talked": "talk"}.get(match[2], "complain")
        yield f"What did {told.called(match[1])} {verb} about?"


def _someone_said(told: Told) -> Iterator[str]:
    """“…,” said the princess → What did the princess say?"""
    verbs = {"said": "say", "asked": "ask", "answered": "answer", "replied": "reply"}
    speakers = Counter(
        re.findall(rf"[,!?.][”\"’'] ({'|'.join(verbs)}) the ({_ROLE})(?=[,.:;])", told.text)
    )
    for (verb, who), _ in speakers.most_common(2):
        yield f"What did the {who} {verbs[verb]}?"


def _the(subject: str) -> str:
    """An old man → the old man."""
    return re.sub(r"^(?:[Tt]he|[Aa]n?) ", "the ", subject)


def _phrase(rest: str) -> str:
    """What follows the verb, shortened at a preposition if it is long, after a space."""
    words = rest.split()
    for at in range(len(words) - 1, 0, -1):
        if len(words) <= _LONGEST:
            break
        if words[at] in ("in", "on", "at", "from", "with", "for", "to", "into", "and", "by"):
            words = words[:at]
    return "".join(f" {word}" for word in words)


# Those first whose questions readers answer best.
RULES: tuple[Rule, ...] = (
    _how_long,
    _where_is,
    _called,
    _how_old,
    _why,
    _where_did,
    _how_many,
    _who_did,
    _when,
    _what_did,
    _what_happened,
    _what_to_do,
    _who_is,
    _who_was,
    _how,
    _scheduled,
    _spoke_about,
    _said,
    _felt,
    _who_has_role,
    _someone_said,
)
