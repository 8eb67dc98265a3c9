"""Texts that somebody may type to make a search slow or to break it, by what is bad about them."""

import itertools
import string

_CONSONANTS = "bdfghklmnprstvw"
_SYLLABLES = [first + vowel for first in _CONSONANTS for vowel in "aeiou"]

_FREQUENT = (
    *("Daten", "Projekt", "digital", "Gemeinde", "Kommune", "Verwaltung", "Bürger", "Land", "Dienst", "Förderung"),
    *("Plattform", "Region", "Umwelt", "Energie", "Verkehr", "Zukunft", "Stadt"),
)

HOSTILE_TEXTS = {
    "Bombe für reguläre Ausdrücke": "(a+)+$ " + "a" * 60 + "! (.*)*(.*)*(.*)*x ((a|aa)+)+b",
    "Bindestriche ohne Ende": "a-" * 5_000 + "!",
    "Zahlen mit Punkten ohne Ende": "1." * 5_000,
    "1.000 Wörter": " ".join(
        "".join(pair) for pair in itertools.islice(itertools.product(_SYLLABLES, repeat=2), 1_000)
    ),
    "1.000 häufige Wörter": "Stadt Gemeinde digital Projekt Daten " * 200,
    "1.000 Wörter mit Minus": "Stadt " + "-Daten -Projekt " * 500,
    "16 häufige Wörter mit Minus": "Stadt " + " ".join(f"-{word}" for word in _FREQUENT),
    "16 Wortgruppen häufiger Wörter": " ".join(f'"{one} {other}"' for one, other in itertools.pairwise(_FREQUENT)),
    "einzelne Buchstaben": " ".join(string.ascii_lowercase)
    + " "
    + " ".join(f"{letter}*" for letter in string.ascii_lowercase),
    "nur Stoppwörter": "und oder der die das mit von zu " * 30,
    "Anfänge vieler Wörter": " ".join(
        (
            "Stad",
            "Gemei",
            "Dien",
            "Verw",
            "Bürg",
            "Projek",
            "Digi",
            "Date",
            "Komm",
            "Plat",
            "Mobi",
            "Ener",
            "Klim",
            "Wass",
            "Verk",
            "Foer",
        )
    ),
    "ein sehr langes Wort": "Straßenbeleuchtung" * 300,
    "von rechts nach links": "مدينة ذكية " * 20 + "עיר חכמה \u202eStadt\u202c \u2067Daten\u2069 ",
    "Steuerzeichen": "".join(map(chr, range(32))) + "\x7f\x85\u200b\ufeff\u2028Stadt\x00Daten\x1b[31m",
    "Anführungszeichen ohne Ende": '"' * 999 + "Stadt Daten" + "„" * 999,
    "Wortgruppe häufiger Wörter": '"Stadt Gemeinde digital Projekt Daten" "digitale Daten" "der Stadt und"',
    "zusammengesetzte Zeichen": "Stra\u0308\u0308\u0308\u0308ße " + "e" + "\u0301" * 2_000 + " 👩‍👩‍👧‍👦" * 50,
    "halbe Zeichen": "\ud800Stadt\udfff",
    "SQL und Suchsprache": "'; DROP TABLE entry; -- AND OR NOT NEAR(a b) title:* {x TO y} a~2 ^5 %_\\",
}
