"""German words to search terms: one folding, one way of cutting words, one stemmer, for documents and for queries.

``Straße``, ``Strasse`` and ``STRASSEN`` become one term, so do ``Käse`` and ``Kaese``, and ``Kläranlage`` and
``Kläranlagen``. Nothing else in the project folds or stems.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer  # type: ignore[import-not-found]  # compiled, has no stubs

VERSION = "3"
"""Changes with every change of what this module makes of a text: an index of another version is built anew."""

MAX_WORD = 64
"""Characters of a word that count; the longest real German words have about 60."""

_WORD = re.compile(
    r"\d+(?:[.,]\d+)+(?![^\W_])"  # 1.000  4.0  20.11.2026
    r"|(?P<word>[^\W_]+(?:[-\u2010\u2011][^\W_]+)*)"  # Smart-City-Strategie
    r"(?:(?:/-?|[:*_·])(?:innen|in)\b)?"  # the ending of Bürger:innen is no word
)
_PART = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_MARK = re.compile(r"[.,]")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_UNUSUAL = re.compile(r"[^\x00-\x7fß‘’“”„–—•]")
"""All but the few characters beyond ASCII that are frequent; to fold character by character is slow."""
_UNUSUAL_IN_PLACE = re.compile(r"[^\x80-\xb4\xb6-\xff‘‚’“”„–—•…→€]")
"""All but Latin-1 (save for µ, which is folded to a letter beyond it) and marks that are no letters."""
_LAST_OF_LATIN = "\xff"
_ASCII = bytes(range(128))
_UMLAUT_AS_TWO = re.compile(r"(?<![qae])([aou])e")

_VOWEL_AND_E = re.compile("[aou]e")

_OWN_STEMS = dict.fromkeys(("burger", "burgers", "burgern", "burgerin", "burgerinnen"), "burger")
"""Where the stemmer errs in words that matter here: it takes Bürger for a Burg."""

_PLURAL_S = re.compile(
    r"(?:[^iou]o|[bcdfhkmnprtv]a|[^aeiou]y|p|w)s$"  # Autos, Kameras, Handys, Apps, Interviews; nicht Biogas, grandios
)
_NO_PLURAL_S = re.compile(r"(?:los|chaos|kosmos|thos|epos|eros|famos|rigoros|gips|raps|schnaps|kollaps|news|atlas)$")

_LICHKEIT = re.compile(r"(.{3,}lichkeit)(?:en)?")
"""The stemmer takes Wirtschaftlichkeit for Wirtschaft and Öffentlichkeit for öffentlich: other things."""

_STOP_TEXT = """
aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei beim bin
bis bist bzw da dabei dadurch dafür dagegen daher damit danach dann daran darauf daraus darin darüber darum das dass
dasselbe davon dazu dein deine dem den denen denn der deren derer derselbe derselben des desselben dessen dich die dies
diese dieselbe diesem diesen dieser dieses dir doch dort du durch dürfte dürften ein eine einem einen einer eines einig
einige einigem einigen einiger einiges einmal er es etwa etwas euch euer eure eurem euren eurer eures falls für gegen
gewesen ggf hab habe haben habt hat hätte hatte hätten hatten hattet hier hin hinter ich ihm ihn ihnen ihr ihre ihrem
ihren ihrer ihres im in indem ins ist je jede jedem jeden jeder jedes jedoch jene jenem jenen jener jenes jetzt kann
kein keine keinem keinen keiner keines können könnte konnte konnten könnten machen mag mal man manche manchem manchen
mancher manches mehr mein meine mich mir mit möchte möchten mögen muss müssen müsste musste müssten mussten nach nicht
nichts noch nun nur ob obwohl oder ohne schon sehr sei seid sein seine seinem seinen seiner seines seit selbst sich sie
sind so sobald sofern sogar solange solche solchem solchen solcher solches soll sollen sollte sollten sondern sonst
sowie über um und uns unser unsere unserem unseren unserer unseres unter usw viel viele vom von vor wann war wäre waren
wären warum was weil welche welchem welchen welcher welches wenn wer werde werden werdet weshalb weswegen wie wieder
will wir wird wo wollen wollte wollten worden würde wurde wurden würden zu zum zur zwar zwischen
"""


@dataclass(frozen=True)
class Analysis:
    """A text as terms: its words in order (None for a stop word), and terms beside them that stand for no word."""

    sequence: list[str | None]
    extras: list[str]
    """Joined forms of hyphen compounds."""


def fold(text: str) -> str:
    """Lower case without accents; ß as ss; ä, ö, ü and ae, oe, ue as a, o, u (but not the ue of quer, neue, bauen)."""
    text = fold_marks(text)
    return _UMLAUT_AS_TWO.sub(r"\1", text) if "ae" in text or "oe" in text or "ue" in text else text


def fold_word(word: str) -> str:
    """A word as ``fold`` has it, as far as it counts."""
    return fold(word)[:MAX_WORD]


def fold_marks(text: str) -> str:
    """Lower case without accents, ß as ss; ae, oe and ue stay as they are."""
    text = text.lower()
    if text.isascii():
        return text
    text = text.replace("ä", "a").replace("ö", "o").replace("ü", "u").replace("ß", "ss")
    return text.translate(_FOLDED) if _UNUSUAL.search(text) else text


def fold_and_list_gaps(text: str) -> tuple[str, list[int]]:
    """Like ``fold`` with ß as it is, and where in the result a letter is left out before the next one.

    Every other character keeps its place, so that what is found in the result can be found in the text. What is neither
    letter nor digit may become a question mark.
    """
    text = _fold_in_place(text)
    pieces: list[str] = []
    gaps: list[int] = []
    reached = 0
    for match in _VOWEL_AND_E.finditer(text):
        place = match.end() - 1
        if place == 1 or text[place - 2] not in "qae":
            pieces.append(text[reached:place])
            gaps.append(place - len(gaps))
            reached = place + 1
    return "".join([*pieces, text[reached:]]) if gaps else text, gaps


def _fold_in_place(text: str) -> str:
    """A text in lower case without accents, each character in its place."""
    if text.isascii():
        return text.lower()
    beyond_ascii = text.encode(errors="replace").translate(None, _ASCII).decode()
    for char in set(_UNUSUAL_IN_PLACE.findall(beyond_ascii)):
        folded = char.lower().translate(_FOLDED_IN_PLACE)
        if len(folded) > 1 or folded > _LAST_OF_LATIN or folded.isupper():
            text = text if len(lower := text.lower()) != len(text) else lower
            return text.translate(_FOLDED_IN_PLACE)
        text = text.replace(char, folded)
    return text.encode("latin-1", "replace").translate(_FOLDED_LATIN).decode("latin-1")


class _Folds(dict[int, str]):
    """Folded forms of characters, found when they are met for the first time."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", "ss" if chr(code) == "ß" else chr(code))
        self[code] = "".join(char for char in decomposed if not unicodedata.combining(char))
        return self[code]


class _FoldsInPlace(dict[int, str]):
    """Folded forms of characters as long as they are one character too."""

    def __missing__(self, code: int) -> str:
        folded = _FOLDED[code]
        self[code] = folded if len(folded) == 1 else chr(code)
        return self[code]


_FOLDED = _Folds()
_FOLDED_IN_PLACE = _FoldsInPlace()
_LATIN = bytes(range(256)).decode("latin-1").replace("µ", "?")
_FOLDED_LATIN = _LATIN.lower().translate(_FOLDED_IN_PLACE).encode("latin-1")
"""The same for the characters of Latin-1, by which a text is folded ten times as fast."""


def sort_key(text: str) -> str:
    """Key to sort titles by: umlauts beside their vowel (DIN 5007-1), punctuation without weight."""
    return " ".join(_PART.findall(fold_marks(text)))


_STOP_WORDS = frozenset(fold(word) for word in _STOP_TEXT.split())
_stemmer = Stemmer.Stemmer("german", 0)
_stemmer_lock = threading.Lock()


@lru_cache(maxsize=2**16)
def term_of(word: str) -> str | None:
    """Search term of one word, or None for a stop word."""
    if word[0].isdigit() and not word.isalnum():
        return _term_of_number(word)
    folded = fold_word(word)
    if folded in _STOP_WORDS:
        return None
    if folded in _OWN_STEMS:
        return _OWN_STEMS[folded]
    if "lichkeit" in folded and (own := _LICHKEIT.fullmatch(folded)):
        return own[1]
    with _stemmer_lock:
        return str(_stemmer.stemWord(_without_plural_s(word, folded))) or None


def _without_plural_s(word: str, folded: str) -> str:
    """The singular of words that the stemmer does not know as plurals: Autos, Kameras, Apps. Not of nervös."""
    is_plural = len(folded) > 3 and _PLURAL_S.search(folded) and not _NO_PLURAL_S.search(folded)
    return folded[:-1] if is_plural and not word.lower().endswith(("ös", "oes")) else folded


def _term_of_number(text: str) -> str:
    return text.replace(".", "") if _THOUSANDS.fullmatch(text) else text.replace(",", ".")


def find_words(text: str) -> Iterator[tuple[list[str], str | None]]:
    """Each word of a text in composed form: its parts at hyphens, and the parts as one word if it has several."""
    for match in _WORD.finditer(text):
        parts = _split(match)
        yield parts, _join(parts)


def find_spans(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Where in a text a word stands, also as part of a hyphen compound."""
    for match in _WORD.finditer(text):
        yield from (span for span in _spans(match) if text[span[0] : span[1]] == word)


def find_terms(text: str) -> Iterator[tuple[int, int, str]]:
    """Where in a text which term stands; a hyphen compound first as a whole, then its parts. Without stop words."""
    for match in _WORD.finditer(text):
        word = match["word"]
        if word is not None and word.isalnum():
            if term := term_of(word):
                yield match.start(), match.start() + len(word), term
            continue
        spans = _spans(match)
        joined = _join(_split(match))
        if joined is not None and (term := term_of(joined)):
            yield spans[0][0], spans[-1][1], term
        for start, end in spans:
            if term := term_of(text[start:end]):
                yield start, end, term


def _split(match: re.Match[str]) -> list[str]:
    return [match.string[start:end] for start, end in _spans(match)]


def _spans(match: re.Match[str]) -> list[tuple[int, int]]:
    word, start = match["word"], match.start()
    if word is not None:
        if word.isalnum():
            return [(start, start + len(word))]
        return [(start + part.start(), start + part.end()) for part in _PART.finditer(word)]
    number = match.group()
    if len(_MARK.findall(number)) == 1 or _THOUSANDS.fullmatch(number):
        return [match.span()]
    return [(start + part.start(), start + part.end()) for part in _DIGITS.finditer(number)]


def _join(parts: list[str]) -> str | None:
    return "".join(parts) if len(parts) > 1 and any(not part.isdigit() for part in parts) else None


def family_of(word: str) -> tuple[str, ...]:
    """Terms of words of one verb that the stemmer keeps apart: bezahlen, bezahlt, Bezahlung."""
    form = fold_word(word)
    if len(form) < _MIN_FAMILY or not form.isalpha():
        return ()
    own = term_of(form)
    forms = (text for base in _bases(form) for text in (infinitive(base), f"{base}t", f"ge{base}t", f"{base}ung"))
    terms = dict.fromkeys(term for text in forms if (term := term_of(text)))
    return tuple(term for term in terms if term != own)


_MIN_FAMILY = 6
_VERB_ENDINGS = ("ungen", "ung", "en", "te", "ten", "tem", "ter", "tes", "t")


def _bases(form: str) -> Iterator[str]:
    """What may be left of a verb without its ending."""
    if form.endswith(("ern", "eln")):
        yield form[:-1]
        return
    for ending in _VERB_ENDINGS:
        if form.endswith(ending) and len(form) - len(ending) >= _MIN_FAMILY - 2:
            base = form[: -len(ending)]
            yield base
            if base.startswith("ge") and ending[0] == "t" and len(base) >= _MIN_FAMILY:
                yield base[2:]


def infinitive(base: str) -> str:
    """A verb from what is left of it without its ending."""
    return base + ("n" if base.endswith(("er", "el")) and not base.endswith("ier") else "en")


def compose(text: str) -> str:
    """A text with each letter and its accent as one character; what ``find_words`` and ``find_terms`` expect."""
    return unicodedata.normalize("NFC", text)


def cut(text: str) -> tuple[list[str], list[str]]:
    """The words of a text in order, hyphen compounds in their parts, and these compounds as one word each."""
    words: list[str] = []
    joined: list[str] = []
    for match in _WORD.finditer(compose(text)):
        word = match["word"]
        if word is not None and word.isalnum():
            words.append(word)
            continue
        parts = _split(match)
        words += parts
        if (whole := _join(parts)) is not None:
            joined.append(whole)
    return words, joined


def analyse(text: str) -> Analysis:
    """A text as terms."""
    words, joined = cut(text)
    return Analysis([term_of(word) for word in words], [term for word in joined if (term := term_of(word))])
