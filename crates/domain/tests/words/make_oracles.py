#!/usr/bin/env python3
"""Writes english.tsv and hindi.tsv: numbers in words from two programs that know nothing of Palika.

English: num2words 0.5.14, language en_IN      (pip install num2words==0.5.14)
Hindi:   ICU 72's spell-out rules for `hi`     (apt-get install python3-icu, or pip install PyICU)

Run `python3 make_oracles.py english` and `python3 make_oracles.py hindi`; the two need not share one Python.
The files hold the oracles' own words, untouched. What Palika spells otherwise is listed in tests/words.rs.
"""
import pathlib
import sys

HERE = pathlib.Path(__file__).parent

# Every number below ten thousand, then each step of the scale from both sides and mixed figures on every rung.
SMALL = range(10_000)
EDGES = sorted(
    {10**power + step for power in range(4, 13) for step in (-1, 0, 1)}
    | {count * 10**power for power in (4, 5, 6, 7, 8) for count in (9, 11, 19, 21, 40, 55, 79, 99)}
    | {123456, 1234567, 12345678, 123456789, 1234567890, 12345678901, 123456789012, 9876543210,
       100100100, 101010101, 99999999, 90909090, 5005005005, 700000000, 1000000000 - 100000}
)
# num2words' en_IN ends below ten thousand million; ICU's rules name nothing above खरब, so they start to repeat
# themselves at a hundred of them.
LIMIT = {"english": 10**10, "hindi": 10**13}


def speller(language):
    if language == "english":
        from num2words import num2words
        return lambda number: num2words(number, lang="en_IN")
    import icu
    rules = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale("hi"))
    return lambda number: rules.format(number)


def main():
    language = sys.argv[1]
    spell = speller(language)
    numbers = [*SMALL, *(n for n in EDGES if 10_000 <= n < LIMIT[language])]
    lines = [f"{number}\t{spell(number)}\n" for number in numbers]
    (HERE / f"{language}.tsv").write_text("".join(lines), encoding="utf-8")


main()
