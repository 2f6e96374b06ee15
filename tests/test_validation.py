"""What is wrong with a curated file, as an editor is told it: through ``twofa check --json``, so the whole path counts.

Each row of the tables is one broken file: its text, then the place, the rule and a word of the fix of each problem.
"""

from __future__ import annotations

import os

import pytest

from generator.schemas import load_schema
from generator.validation.addresses import is_base_url, is_domain, is_https_url, is_public_url
from generator.validation.faults import build_validator
from generator.validation.markdown import LONGEST, find_faults, is_markdown
from tests.helpers import read_tree, run_process, within

D = "domain: alpha.example\n"
LINK = "https://alpha.example/help"
STEPS = D + f"setup:\n  source: {LINK}\n  steps:\n    - Go.\n"
VERIFIED = f"verified: {{date: DATE, by: mk, source: {LINK}, methods: [totp]}}\n"


def verified(date: str) -> str:
    return D + VERIFIED.replace("DATE", date)


def nested(levels: int) -> str:
    return D + "faq: " + "[" * levels + "]" * levels + "\n"


#: A bomb: nine levels of nine, 387 million texts if it went off.
BOMB = D + "faq:\n  - &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"  - &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)  # fmt: skip

MERGE = "<<<<<<< HEAD\nname: A\n||||||| 1f0c\n=======\nname: B\n>>>>>>> branch\n"

#: Name → text, then (line, column, rule, word of the fix) of every problem in the order of the file.
BROKEN: dict[str, tuple[str | bytes, list[tuple[int, int, str, str]]]] = {
    # The file as a whole
    "empty": ("", [(0, 0, "empty-file", "domain:")]),
    "comments only": ("# nothing yet\n", [(0, 0, "empty-file", "delete")]),
    "10 MB": (D + "#" * 10_000_000, [(0, 0, "too-large", "take out")]),
    "300 KiB": (D + "#" * 300 * 1024, [(0, 0, "too-large", "take out")]),
    "Latin-1 after other letters": (
        D.encode() + "disputed: é ".encode() + b"\xe9\n",
        [(2, 13, "not-utf-8", "UTF-8")],
    ),
    "Latin-1": (D.encode() + b"disputed: caf\xe9\n", [(2, 14, "not-utf-8", "UTF-8")]),
    "UTF-16": (D.encode("utf-16"), [(1, 1, "not-utf-8", "UTF-8")]),
    "NUL": (D + "disputed: a\0b\n", [(2, 12, "control-character", "delete")]),
    "escape sequence": (D + "\x1b[31m", [(2, 1, "control-character", "delete")]),
    "a list": ("- domain: alpha.example\n", [(1, 1, "wrong-type", "block of key: value")]),
    "a sentence": ("alpha.example\n", [(1, 1, "wrong-type", "block of key: value")]),
    "a number": ("12\n", [(1, 1, "wrong-type", "block of key: value")]),
    "two documents": (D + "---\n" + D, [(2, 1, "syntax", "---")]),
    "two versions": (D + MERGE, [(2, 1, "merge-conflict", "|||||||")]),
    "two versions, with CR LF": ((D + MERGE).replace("\n", "\r\n"), [(2, 1, "merge-conflict", "|||||||")]),
    "two versions of all": (MERGE.replace("name: A", "a:\n\tb"), [(1, 1, "merge-conflict", "|||||||")]),
    "end of a second version": (D + ">>>>>>> branch\n", [(2, 1, "merge-conflict", ">>>>>>>")]),
    # Syntax
    "tab as indentation": (D + "recovery:\n\tcodes: true\n", [(3, 1, "tab", "two spaces")]),
    "tab after spaces": (D + "recovery:\n  codes: true\n \tlink: x\n", [(4, 2, "tab", "two spaces")]),
    "tab after a dash": (D + "aliases:\n  -\tA\n", [(3, 4, "tab", "one space")]),
    "tab between dashes": (D + "aliases:\n  - \t- A\n", [(3, 5, "tab", "one space")]),
    "tab after a question mark": (D + "?\taliases\n: [A]\n", [(2, 2, "tab", "one space")]),
    "open quote": (D + 'disputed: "never closed\n', [(2, 11, "syntax", "close")]),
    "open bracket": (D + "aliases: [one, two\n", [(2, 10, "syntax", "close")]),
    "colon in text": (D + "disputed: beware: two answers\n", [(2, 17, "syntax", "quotes")]),
    "line without a colon": (D + "disputed\nby: me\n", [(2, 1, "syntax", "colon")]),
    "at sign": (D + "disputed: @someone says so\n", [(2, 11, "syntax", "quotes")]),
    "per cent sign": (D + "disputed: %5 of users\n", [(2, 11, "syntax", "quotes")]),
    "wrong indentation": (D + "recovery:\n    codes: true\n  link: x\n", [(4, 3, "syntax", "by 0 or 4 spaces")]),
    "one space too many": (
        D + f"setup:\n  source: {LINK}\n   requires:\n    - a phone\n",
        [(4, 4, "syntax", "by 2 spaces")],
    ),
    "one space too few": (
        D + f"setup:\n  source: {LINK}\n teams:\n  sso: true\n",
        [(4, 2, "syntax", "by 0 or 2 spaces")],
    ),
    "space before a key": (D + " aliases: [Al]\n", [(2, 2, "syntax", "remove the spaces")]),
    "key without its block": (
        D + f"source: {LINK}\n  steps:\n    - Go.\n",
        [(3, 3, "syntax", "setup:, in a line before")],
    ),
    "dash without a space": (D + "aliases:\n  - One\n  -Two\n  - Three\n", [(4, 3, "syntax", "write - Two")]),
    "colon without a space": ("domain:alpha.example\naliases: [Al]\n", [(1, 1, "syntax", "write domain: alpha")]),
    "domain without a colon": ("domain alpha.example\naliases: [Al]\n", [(1, 1, "syntax", "add the colon")]),
    "open quote in the middle": (D + "disputed: 'never closed\naliases: [Al]\n", [(2, 11, "syntax", "close it")]),
    "step that begins with bold": (
        D + f"setup:\n  source: {LINK}\n  steps:\n    - **Open** the menu.\n",
        [(5, 7, "syntax", "in quotes")],
    ),
    "step that begins with one star": (STEPS + "    - *Open the menu.\n    - Go.\n", [(6, 7, "syntax", "in quotes")]),
    "step that begins with a star word": (STEPS + "    - *Open*\n", [(6, 7, "syntax", "in quotes")]),
    "step that begins with a bracket": (STEPS + "    - [Save] it.\n", [(6, 14, "syntax", "in quotes")]),
    "step that begins with code": (STEPS + "    - `x` it.\n", [(6, 7, "syntax", "in quotes")]),
    "step that begins with an exclamation mark": (STEPS + "    - ! Save.\n", [(6, 7, "tag", "in quotes")]),
    "step that begins with an odd tag": (STEPS + "    - !a!b Save.\n", [(6, 7, "syntax", "in quotes")]),
    "step that begins with a number sign": (STEPS + "    - #1 is red.\n", [(6, 6, "wrong-type", "in quotes")]),
    "step that begins with a pipe": (STEPS + "    - | Save\n", [(6, 7, "syntax", "in quotes")]),
    "closing bracket first": (D + "disputed: ] so\n", [(2, 11, "syntax", "in quotes")]),
    "question mark first": (D + "disputed: ? so\n", [(2, 11, "syntax", "in quotes")]),
    "backslash": (D + 'disputed: "C:\\Users"\n', [(2, 16, "syntax", "single quotes")]),
    "step that goes on after a quote": (STEPS + '    - "Save" and wait.\n', [(6, 14, "syntax", "single quotes")]),
    "apostrophe inside quotes": (STEPS + "    - 'Don't do.'\n", [(6, 12, "syntax", "double quotes")]),
    "both quotes inside": (STEPS + '    - "Don\'t" do.\n', [(6, 15, "syntax", "' inside it twice")]),
    "open quote before another": (STEPS + '    - "Save.\n    - "Go."\n', [(6, 7, "syntax", "close it")]),
    "text after a quote": (D + 'disputed: "Two" answers\n', [(2, 17, "syntax", "single quotes")]),
    "comma forgotten": (D + 'aliases: ["Al" "Bo"]\n', [(2, 16, "syntax", "put a comma")]),
    "key where items stand": (STEPS + "    plans: Pro\n", [(6, 5, "syntax", "by 2 spaces")]),
    "key beside a question": (
        D + "faq:\n  - question: Why?\n   answer: So.\n",
        [(4, 4, "syntax", "by 4 spaces")],
    ),
    "key below the last step": (STEPS + "     plans: Pro\n", [(6, 6, "syntax", "by 2 spaces")]),
    "key after a text of two lines": (
        D + f"recovery:\n  notes: Keep\n    them.\n   link: {LINK}\n",
        [(5, 4, "syntax", "by 2 spaces")],
    ),
    "item with a space too few": (STEPS + "   - Save.\n", [(6, 4, "syntax", "by 4 spaces")]),
    "list below a text": (D + "disputed: Two\n- One\n", [(3, 1, "syntax", "below its key")]),
    "text with too few spaces": (
        D + "recovery:\n  notes: |\n      Keep\n    them.\n",
        [(5, 5, "syntax", "by 6 spaces")],
    ),
    "list in the line of its key": (D + "aliases: - Al\n", [(2, 10, "syntax", "new line")]),
    "colon without a key": (D + ": so\n", [(2, 1, "syntax", "key: value")]),
    "colon without a space below": (
        D + "recovery:\n  codes:true\n  notes: x\n",
        [(3, 3, "syntax", "write codes: true")],
    ),
    "dash without a space before a colon": (STEPS + "    -Save: it\n", [(6, 5, "syntax", "write - Save")]),
    "first dash without a space": (D + "aliases:\n  -Al\n  -Bo\n", [(3, 3, "wrong-type", "write - Al")]),
    "colon without a key in an item": (STEPS + "    - : Save.\n", [(6, 7, "syntax", "key: value")]),
    "end of the document": (D + "...\nx\n", [(2, 1, "syntax", "...")]),
    "first key with a space": (" " + STEPS, [(1, 2, "syntax", "remove the spaces")]),
    "first comment without its sign": (" schema: x\n" + D, [(1, 2, "syntax", "put the # back")]),
    "bracket and a list": (D + "aliases: [\n  - Al\n", [(3, 3, "syntax", "remove the bracket")]),
    "per cent sign at the start of a line": ("%so\n" + D, [(1, 1, "syntax", "in quotes")]),
    "text after a bracket": (D + "disputed: [Two] answers\n", [(2, 17, "syntax", "in quotes")]),
    "ampersand": (D + "disputed: & so on\n", [(2, 11, "syntax", "in quotes")]),
    "greater than": (D + "disputed: > 2 answers\n", [(2, 11, "syntax", "in quotes")]),
    "bracket and the end of a line": (b"domain: [\r", [(2, 1, "syntax", "close the bracket")]),
    # What YAML can do and is not done here
    "alias": (
        D + "disputed: &d Two answers\naliases: [*d]\n",
        [(2, 11, "anchor", "quotes"), (3, 11, "alias", "write the value out")],
    ),
    "alias of a list": (D + "aliases: &a [Al]\nfaq: *a\n", [(2, 10, "anchor", "remove"), (3, 6, "alias", "out again")]),
    "alias of itself": (D + "faq: &f [*f]\n", [(2, 6, "anchor", "remove"), (2, 10, "alias", "out again")]),
    "anchor alone": (D + "disputed: &co Two answers\n", [(2, 11, "anchor", "&")]),
    "unknown alias": (D + "disputed: *important\n", [(2, 11, "syntax", "*")]),
    "merge key": (D + "recovery:\n  <<: {codes: true}\n", [(3, 3, "alias", "write the keys out")]),
    "tag of a value": (D + "disputed: !!binary aGVsbG8=\n", [(2, 11, "tag", "remove")]),
    "tag that would run code": (D + "faq: !!python/object/apply:os.system [exit]\n", [(2, 6, "tag", "remove")]),
    "tag of a mapping": (D + "recovery: !mine {codes: true}\n", [(2, 11, "tag", "remove")]),
    "duplicate key": (D + "disputed: One\ndisputed: Two\n", [(3, 1, "duplicate-key", "one of the two")]),
    "duplicate key below": (D + "recovery:\n  codes: true\n  codes: false\n", [(4, 3, "duplicate-key", "one of")]),
    "duplicate domain": (D + D, [(2, 1, "duplicate-key", "one of")]),
    "key that is no text": (D + "NO: x\n", [(2, 1, "key-not-text", '"NO"'), (2, 1, "unknown-key", "known here")]),
    "number as key": (D + "2: x\n", [(2, 1, "key-not-text", '"2"'), (2, 1, "unknown-key", "known here")]),
    "list as key": (D + "? [a]\n: b\n", [(2, 3, "key-not-text", "key: value")]),
    "21 levels": (nested(21), [(2, 26, "too-deep", "CONTRIBUTING")]),
    "10,000 levels": (D + "faq:\n  " + "- " * 10_000 + "x\n", [(3, 43, "too-deep", "CONTRIBUTING")]),
    # Values that YAML does not read as text
    "NO": (D + "disputed: NO\n", [(2, 11, "not-text", '"NO"')]),
    "off": (D + "disputed: off\n", [(2, 11, "not-text", '"off"')]),
    "version": (D + "aliases: [1.10]\n", [(2, 11, "not-text", '"1.10"')]),
    "octal": (D + "aliases: [0123]\n", [(2, 11, "not-text", '"0123"')]),
    "underscores": (D + "aliases: [1_000]\n", [(2, 11, "not-text", '"1_000"')]),
    "time": (D + "aliases: [12:30]\n", [(2, 11, "not-text", '"12:30"')]),
    "date as text": (D + "disputed: 2026-01-05\n", [(2, 11, "not-text", '"2026-01-05"')]),
    "a day that is none, as text": (D + "disputed: 2026-02-30\n", [(2, 11, "not-text", '"2026-02-30"')]),
    "nothing": (D + "disputed:\n", [(2, 1, "wrong-type", "remove the key")]),
    "null": (D + "disputed: null\n", [(2, 1, "wrong-type", "remove the key")]),
    "step without words": (
        D + f"setup:\n  source: {LINK}\n  steps:\n    -\n",
        [(5, 6, "wrong-type", "remove the line")],
    ),
    # Wrong types
    "list for text": (D + "disputed: [Two, answers]\n", [(2, 11, "wrong-type", "write text")]),
    "mapping for text": (D + "disputed: {because: so}\n", [(2, 11, "wrong-type", "in quotes")]),
    "text for a list": (D + "aliases: Al\n", [(2, 10, "wrong-type", "dash")]),
    "text for a block": (D + "recovery: with codes\n", [(2, 11, "wrong-type", "block of key: value")]),
    "text for true": (D + 'recovery: {codes: "yes"}\n', [(2, 19, "wrong-type", "true or false")]),
    "number for true": (D + "recovery: {codes: 1}\n", [(2, 19, "wrong-type", "true or false")]),
    "date for true": (D + "recovery: {codes: 2026-01-05}\n", [(2, 19, "wrong-type", "true or false")]),
    "date for a list": (D + "aliases: 2026-01-05\n", [(2, 10, "wrong-type", "dash")]),
    "step that became a mapping": (
        D + f"setup:\n  source: {LINK}\n  steps:\n    - Press: Save\n",
        [(5, 7, "wrong-type", "in quotes")],
    ),
    "step that became a block": (STEPS + "    - Press: Save\n      Then: Go\n", [(6, 7, "wrong-type", "write text")]),
    "text that became a list in a key": (D + "disputed:\n  so:\n    - x\n", [(3, 3, "wrong-type", "write text")]),
    # Dates
    "date without zeros": (verified("2026-1-5"), [(2, 18, "date", "2026-10-02")]),
    "date with dots": (verified("05.01.2026"), [(2, 18, "date", "2026-10-02")]),
    "date with slashes": (verified("01/05/2026"), [(2, 18, "date", "2026-10-02")]),
    "date in words": (verified("5 January 2026"), [(2, 18, "date", "2026-10-02")]),
    "date as a number": (verified("20260105"), [(2, 18, "not-text", '"20260105"')]),
    "date with a time": (verified("2026-01-05T10:00:00Z"), [(2, 18, "date", "2026-10-02")]),
    "date of week": (verified("2026-W02-1"), [(2, 18, "date", "2026-10-02")]),
    "date with other digits": (verified("\u0662\u0660\u0662\u0666-01-05"), [(2, 18, "date", "2026-10-02")]),
    "day that does not exist": (verified("2026-02-30"), [(2, 18, "date", "2026-10-02")]),
    "day before 2000": (verified("1999-12-31"), [(2, 18, "date", "2026-10-02")]),
    "day in the future": (verified("2026-03-02"), [(2, 12, "future-date", "2026-03-01")]),
    "day of a quoted future": (verified("'2027-01-01'"), [(2, 12, "future-date", "2026-03-01")]),
    # Keys
    "unknown key": (D + "sharin: {verdict: unknown}\n", [(2, 1, "unknown-key", "did you mean sharing?")]),
    "unknown key below": (
        D + f"setup:\n  source: {LINK}\n  steps: [Go.]\n  require: [x]\n",
        [(5, 3, "unknown-key", "did you mean requires?")],
    ),
    "unknown key like none": (D + "zzz: 1\n", [(2, 1, "unknown-key", "known here: account, additional_domains")]),
    "unknown key in an item": (
        D + "faq:\n  - {question: Why?, answer: So., answr: No.}\n",
        [(3, 35, "unknown-key", "did you mean answer?")],
    ),
    "no domain": ("disputed: Two answers\n", [(1, 1, "missing-key", "domain: …")]),
    "misspelt domain": (
        "domian: alpha.example\n",
        [(1, 1, "missing-key", "domain: …"), (1, 1, "unknown-key", "did you mean domain?")],
    ),
    "question without an answer": (
        D + "faq:\n  - {question: Why?, answer: So.}\n  - question: How?\n",
        [(4, 5, "missing-key", "answer: …")],
    ),
    "verified by nobody": (
        D + f"verified: {{date: 2026-01-05, source: {LINK}, methods: []}}\n",
        [(2, 1, "missing-key", "by: …")],
    ),
    "guide without its source": (D + "setup: {steps: [Go.]}\n", [(2, 1, "missing-key", "source: …")]),
    "guide without steps": (D + f"setup: {{source: {LINK}}}\n", [(2, 1, "missing-key", "steps: …")]),
    "verdict without its source": (
        D + "sharing: {verdict: permitted}\n",
        [(2, 1, "missing-key", "checked: …"), (2, 1, "missing-key", "source: …")],
    ),
    "forbidden without a day": (
        D + f"sharing: {{verdict: forbidden, source: {LINK}}}\n",
        [(2, 1, "missing-key", "checked: …")],
    ),
    "teams without a source": (D + "teams: {enforce: true, sso: true}\n", [(2, 1, "missing-key", "source: …")]),
    "teams with nothing but a source": (D + f"teams: {{source: {LINK}}}\n", [(2, 1, "too-short", "says something")]),
    "override without a reason": (
        D + f"override: {{methods: {{add: [email], source: {LINK}}}}}\n",
        [(2, 12, "missing-key", "reason: …")],
    ),
    "override of nothing": (
        D + f"override: {{methods: {{reason: So., source: {LINK}}}}}\n",
        [(2, 12, "missing-key", "add: …")],
    ),
    "name without categories": (D + "name: Alpha\n", [(1, 1, "missing-key", "add both")]),
    # Words and sizes
    "unknown verdict": (D + "sharing: {verdict: allowed}\n", [(2, 20, "not-allowed", "permitted, tolerated")]),
    "misspelt verdict": (
        D + f"sharing: {{verdict: permited, source: {LINK}, checked: 2026-01-05}}\n",
        [(2, 20, "not-allowed", "did you mean permitted?")],
    ),
    "unknown method": (
        verified("2026-01-05").replace("[totp]", "[topt]"),
        [(2, 84, "not-allowed", "did you mean totp?")],
    ),
    "steps of an unknown method": (
        D + f"setup: {{source: {LINK}, methods: {{otp: [Go.]}}}}\n",
        [(2, 55, "unknown-key", "did you mean totp?")],
    ),
    "method twice": (verified("2026-01-05").replace("[totp]", "[totp, totp]"), [(2, 83, "listed-twice", "keep one")]),
    "no items": (D + "aliases: []\n", [(2, 10, "too-short", "remove the key")]),
    "empty text": (D + 'recovery: {notes: ""}\n', [(2, 19, "too-short", "remove the key")]),
    "empty line": (D + 'disputed: ""\n', [(2, 11, "too-short", "remove the key")]),
    "empty block": (D + "recovery: {}\n", [(2, 1, "too-short", "remove the key")]),
    "two lines": (D + "disputed: |\n  one\n  two\n", [(2, 11, "not-one-line", "on one line")]),
    "two lines in quotes": (D + 'disputed: "one\\ntwo"\n', [(2, 11, "not-one-line", "on one line")]),
    "white space alone": (D + 'disputed: " \\t"\n', [(2, 11, "too-short", "remove the key")]),
    "blank Markdown": (D + "recovery:\n  notes: |+\n\n\n", [(3, 10, "too-short", "remove the key")]),
    "501 characters": (D + f"disputed: {'x' * 501}\n", [(2, 11, "too-long", "shorten")]),
    "31 steps": (
        D + f"setup:\n  source: {LINK}\n  steps: [{', '.join(['Go.'] * 31)}]\n",
        [(4, 10, "too-long", "shorten")],
    ),
    # Links and domains
    "http link": (
        D + "recovery: {link: http://alpha.example/lost}\n",
        [(2, 18, "http-link", "https://alpha.example/lost")],
    ),
    "javascript link": (D + "recovery: {link: 'javascript:alert(1)'}\n", [(2, 18, "link", "browser")]),
    "data link": (D + "recovery: {link: 'data:text/html,x'}\n", [(2, 18, "link", "browser")]),
    "link without https": (D + "recovery: {link: www.alpha.example/lost}\n", [(2, 18, "link", "browser")]),
    "link without a host": (D + "recovery: {link: 'https:///lost'}\n", [(2, 18, "link", "browser")]),
    "link with a space": (D + "recovery: {link: https://alpha.example/a b}\n", [(2, 18, "link", "browser")]),
    "link with a name before the host": (
        D + "recovery: {link: 'https://alpha.example@evil.example/'}\n",
        [(2, 18, "link", "browser")],
    ),
    "link that breaks out": (
        D + "recovery: {link: 'https://alpha.example/\"onload=x'}\n",
        [(2, 18, "link", "browser")],
    ),
    "short link": (D + "recovery: {link: https://bit.ly/3xYz}\n", [(2, 18, "short-link", "that it leads to")]),
    "short link without s": (D + "recovery: {link: http://bit.ly/3xYz}\n", [(2, 18, "short-link", "that it leads to")]),
    "short link in capitals": (D + "recovery: {link: HTTPS://WWW.T.CO/3x}\n", [(2, 18, "short-link", "leads to")]),
    "short link in Markdown": (
        D + "recovery: {notes: 'See [x](https://tinyurl.com/3xYz).'}\n",
        [(2, 28, "short-link", "that it leads to")],
    ),
    "short link in angle brackets": (
        D + "recovery: {notes: 'See <https://goo.gl/3xYz>.'}\n",
        [(2, 25, "short-link", "that it leads to")],
    ),
    "region in capitals": (D + "regions: [US]\n", [(2, 11, "not-allowed", "use a code of two small letters")]),
    "domain as a link": ("domain: https://alpha.example\n", [(1, 9, "domain", "without https://")]),
    "domain with a path": ("domain: alpha.example/login\n", [(1, 9, "domain", "without a path")]),
    "domain of one label": ("domain: localhost\n", [(1, 9, "domain", "path")]),
    "domain that is an address": ("domain: 192.0.2.1\n", [(1, 9, "domain", "path")]),
    "domain that leaves the folder": ("domain: ../../etc\n", [(1, 9, "domain", "path")]),
    # Markdown
    "HTML": (D + "recovery: {notes: Keep <b>both</b>.}\n", [(2, 24, "raw-html", "**bold**")]),
    "script": (D + "recovery: {notes: '<script>alert(1)</script>'}\n", [(2, 20, "raw-html", "**bold**")]),
    "comment": (D + "recovery: {notes: 'a <!-- b --> c'}\n", [(2, 22, "raw-html", "**bold**")]),
    "HTML in a step": (
        D + f"setup:\n  source: {LINK}\n  steps:\n    - Go.\n    - Press <kbd>S</kbd>.\n",
        [(6, 13, "raw-html", "`…`")],
    ),
    "HTML in an answer": (
        D + "faq:\n  - question: Why?\n    answer: <img src=x onerror=y>\n",
        [(4, 13, "raw-html", "`…`")],
    ),
    "javascript in Markdown": (D + "recovery: {notes: '[x](javascript:alert(1))'}\n", [(2, 24, "link", "https://…")]),
    "http in Markdown": (
        D + "recovery: {notes: 'See [x](http://alpha.example).'}\n",
        [(2, 28, "http-link", "https://…")],
    ),
    "http in angle brackets": (
        D + "recovery: {notes: 'See <http://alpha.example>.'}\n",
        [(2, 25, "http-link", "https://…")],
    ),
    "http by reference": (
        D + "recovery:\n  notes: |\n    See [x].\n\n    [x]: http://alpha.example\n",
        [(6, 10, "http-link", "https://…")],
    ),
    "HTML in a folded text": (
        D + "recovery:\n  notes: >-\n    Keep\n    <b>both</b>\n    codes.\n",
        [(5, 5, "raw-html", "**bold**")],
    ),
    "heading": (D + "recovery:\n  notes: |\n    Keep it.\n\n    ## Later\n", [(6, 5, "heading", "**bold**")]),
    "heading without a space": (
        D + f"setup:\n  source: {LINK}\n  steps:\n    - |\n      #1 comes first.\n",
        [(6, 7, "heading", "\\#")],
    ),
    "heading that is underlined": (
        D + "faq:\n  - question: Why?\n    answer: |\n      So\n      ---\n      it is.\n",
        [(5, 7, "heading", "**bold**")],
    ),
    "heading in a list": (D + "recovery:\n  notes: |\n    - # x\n", [(4, 7, "heading", "**bold**")]),
    "link to nothing, and another": (
        D + "recovery: {notes: 'See [x]() and [y](http://alpha.example).'}\n",
        [(2, 19, "link", "https://…"), (2, 38, "http-link", "https://…")],
    ),
    "everything at once": (
        D + "recovery:\n  notes: |\n    # Loud\n    <b>x</b> [y](http://alpha.example)\n    <i>z</i>\n",
        [
            (4, 5, "heading", "**bold**"),
            (5, 5, "raw-html", "**bold**"),
            (5, 18, "http-link", "https://…"),
            (6, 5, "raw-html", "**bold**"),
        ],
    ),
    "HTML behind a backtick that opens no code": (
        D + r"recovery: {notes: 'a \` b <b>c</b> `'}" + "\n",
        [(2, 27, "raw-html", "**bold**")],
    ),
    "path that is another site's": (
        D + r"recovery: {notes: '[a](/\evil.example) [b](/&#47;evil.example)'}" + "\n",
        [(2, 24, "link", "/…"), (2, 44, "link", "/…")],
    ),
    "link with a name and a password": (
        D + "recovery: {notes: '[a](https://u:p@alpha.example/)'}\n",
        [(2, 24, "link", "https://…")],
    ),
    "link to this machine": (D + "recovery: {link: https://localhost/x}\n", [(2, 18, "link", "everybody")]),
    "link to an address in figures": (
        D + "recovery: {link: 'https://127.0.0.1:8443/'}\n",
        [(2, 18, "link", "everybody")],
    ),
    "link to a host without a dot": (D + "recovery: {link: https://x}\n", [(2, 18, "link", "everybody")]),
    "text that turns round": (
        D + 'disputed: "a \\u202E b"\nrecovery: {notes: "a \\e b"}\n',
        [(2, 11, "control-character", "anew"), (3, 19, "control-character", "anew")],
    ),
    "path that starts nowhere": (D + "recovery: {notes: 'See [x](faq/).'}\n", [(2, 28, "link", "/…")]),
    "link to another host's path": (D + "recovery: {notes: 'See [x](//evil.example/).'}\n", [(2, 28, "link", "/…")]),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file(tiny, case):
    text, expected = BROKEN[case]
    tiny.write_curated("alpha", text)
    before = read_tree(tiny.root)
    with within(1):
        problems = tiny.check()
    found = [(problem["line"], problem["column"], problem["rule"]) for problem in problems]
    assert found == [row[:3] for row in expected]
    for problem, (*_, word) in zip(problems, expected, strict=True):
        assert problem["path"] == "content/services/alpha.yaml"
        assert problem["severity"] == "error"
        assert word in problem["fix"]
        assert problem["message"]
        assert "Traceback" not in problem["message"]
    assert read_tree(tiny.root) == before, "a check writes nothing"


@pytest.mark.parametrize("levels", [22, 999, 1_001, 10_000, 100_000])
@pytest.mark.parametrize(("opener", "closer"), [("[", "]"), ("{a: ", "}")])
def test_depth_never_ends_the_process(tiny, levels, opener, closer):
    levels = min(levels, 250_000 // len(opener + closer))
    tiny.write_curated("alpha", D + "faq: " + opener * levels + closer * levels + "\n")
    assert [problem["rule"] for problem in tiny.check()] == ["too-deep"]


def test_bomb_does_not_go_off(tiny):
    tiny.write_curated("alpha", BOMB)
    problems = tiny.check()
    assert {problem["rule"] for problem in problems} == {"anchor", "alias"}
    assert len(problems) == 10 + 81


def test_every_problem_is_shown_at_once(tiny):
    """In several files, and several in one."""
    tiny.write_curated(
        "alpha", D + "disputed: NO\nrecovery: {codes: 1, link: http://alpha.example}\nsharin: x\naliases: [Al, Al]\n"
    )
    tiny.write_curated("bravo", "domain: bravo.example\ndisputed: 1.10\n")
    tiny.write("content/regions.yaml", "no: Norway\n")
    tiny.write("content/pages/attribution.md", "no heading\n")
    found = [(problem["path"], problem["line"], problem["rule"]) for problem in tiny.check()]
    assert found == [
        ("content/pages/attribution.md", 1, "heading"),
        ("content/regions.yaml", 1, "key-not-text"),
        ("content/services/alpha.yaml", 2, "not-text"),
        ("content/services/alpha.yaml", 3, "wrong-type"),
        ("content/services/alpha.yaml", 3, "http-link"),
        ("content/services/alpha.yaml", 4, "unknown-key"),
        ("content/services/alpha.yaml", 5, "listed-twice"),
        ("content/services/bravo.yaml", 2, "not-text"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        D,
        "\ufeff" + D,
        D.replace("\n", "\r\n"),
        "domain: ALPHA.example\n",
        D + "disputed: 'NO'\n",
        D + "aliases: ['1.10', \"2026-01-05\", 'null', n.a.]\n",
        D + "disputed: Barnes & Noble, Q&A, a && b, 2 * 3, *\n",
        verified("2026-01-05"),
        verified("'2026-01-05'"),
        verified("2026-03-01"),
        verified("2024-02-29"),
        D
        + "recovery: {notes: 'a < b, `<b>`, <https://alpha.example/>, [x](/faq/), [y](#z), [m](mailto:a@b.example)'}\n",
        D + "sharing: {verdict: unknown}\n",
        D + f"setup: {{source: {LINK}, methods: {{totp: [Go.]}}}}\n",
        D + f"disputed: {'x' * 500}\n",
        D + "disputed: é 日本 \U0001f511\n",
        D + "faq: [{question: Why?, answer: Because.}]\n",
        # White space that nobody sees
        D + 'disputed: " one\\t"\n',
        D + "disputed: |\n  one\n",
        D + "disputed: >+\n\n  one\n\n\n",
        D + f"disputed: |\n  {'x' * 500}\n",
        D + "disputed: one\u00a0\n",
        D + "recovery: {notes: '\u00a0one'}\n",
        D + f'recovery: {{link: " {LINK}\\n"}}\n',
        D + 'sharing: {verdict: " unknown"}\n',
        "domain: |\n  alpha.example\n",
        verified('"2026-01-05 "'),
        D + "recovery: {codes: true}   \n\n\n",
    ],
)
def test_good_file(tiny, text):
    tiny.write_curated("alpha", text)
    assert tiny.check() == []


# --- Files that are no plain files ------------------------------------------------------------------------------------


def test_link_out_of_the_project(tiny, tmp_path):
    (tmp_path / "secret.yaml").write_text("domain: secret.example\n")
    (tiny.content / "services" / "alpha.yaml").symlink_to(tmp_path / "secret.yaml")
    (problem,) = tiny.check()
    assert (problem["rule"], problem["path"]) == ("link-outside", "content/services/alpha.yaml")
    assert "secret" not in problem["message"]


def test_folder_that_is_a_link_out_of_the_project(tiny, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "alpha.yaml").write_text(D)
    (tiny.content / "services").rmdir()
    (tiny.content / "services").symlink_to(tmp_path / "outside")
    assert [problem["rule"] for problem in tiny.check()] == ["link-outside"]


def test_link_inside_the_project(tiny):
    tiny.write("drafts/alpha.yaml", D)
    (tiny.content / "services" / "alpha.yaml").symlink_to(tiny.root / "drafts" / "alpha.yaml")
    assert tiny.check() == []


def test_dead_link_and_circle(tiny):
    services = tiny.content / "services"
    (services / "alpha.yaml").symlink_to(services / "nowhere.yaml")
    (services / "bravo.yaml").symlink_to(services / "bravo.yaml")
    assert [problem["rule"] for problem in tiny.check()] == ["missing-file", "unreadable"]


def test_pipe_folder_and_device(tiny):
    """None of them may make a check wait or fail."""
    services = tiny.content / "services"
    os.mkfifo(services / "alpha.yaml")
    (services / "bravo.yaml").mkdir()
    (services / "charlie.yaml").symlink_to("/dev/zero")
    # In a process of its own, which a time limit ends where it waits for the pipe.
    outcome = run_process("--root", tiny.root, "check", "--json")
    found = {problem["path"].rsplit("/", 1)[1]: problem["rule"] for problem in outcome.json["problems"]}
    assert found == {"alpha.yaml": "not-a-file", "bravo.yaml": "not-a-file", "charlie.yaml": "link-outside"}


@pytest.mark.parametrize("domains", [("alpha.example", "bravo.example"), ("alpha.example", "alpha.example")])
def test_names_that_differ_in_case_only(tiny, domains):
    """On Windows and macOS one of them would overwrite the other."""
    tiny.write_curated("Alpha", f"domain: {domains[0]}\n")
    tiny.write_curated("alpha", f"domain: {domains[1]}\n")
    problems = [problem for problem in tiny.check() if problem["severity"] == "error"]
    assert ("content/services/alpha.yaml", "case-clash") in [(each["path"], each["rule"]) for each in problems]
    assert tiny.check(tiny.content / "services" / "alpha.yaml")[-1]["fix"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Title\n\n## One\n\n### Two\n\n## Three\n", []),
        ("# Title\n\nOne\n---\n\nx\n\n---\n\ny\n", []),
        ("no title\n", [(1, "begin with")]),
        ("## Title\n", [(1, "begin with")]),
        ("# Title\n\n# Another\n", [(3, "begin the line with ##")]),
        ("# Title\n\nAnother\n=======\n", [(3, "begin the line with ##")]),
        ("# Title\n\n### Deep\n\n## Fine\n\n#### Deeper\n", [(3, "with ##"), (7, "with ###")]),
        ("# Title\n\n## a\n### b\n#### c\n##### d\n", [(6, "two to four")]),
        ("# Title\n\n    # code\n", []),
    ],
)
def test_outline_of_a_page_of_text(tiny, text, found):
    tiny.write("content/pages/attribution.md", text)
    problems = tiny.check()
    assert [problem["line"] for problem in problems] == [line for line, _ in found]
    for problem, (_, fix) in zip(problems, found, strict=True):
        assert (problem["rule"], problem["path"]) == ("heading", "content/pages/attribution.md")
        assert fix in problem["fix"]


@pytest.mark.parametrize("name", ["alpha.yml", "alpha.YAML", "alpha", "alpha.yaml.old", "notes.md"])
def test_file_that_does_not_belong_there(tiny, name):
    tiny.write(f"content/services/{name}", D)
    (problem,) = tiny.check()
    assert (problem["rule"], problem["path"]) == ("file-name", f"content/services/{name}")


def test_hidden_files_are_left_alone(tiny):
    """What editors' programs leave behind is nobody's mistake."""
    tiny.write("content/services/.alpha.yaml.swp", b"\0\xff")
    assert tiny.check() == []


# --- The formats ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (
            is_domain,
            ["a.de", "x.example", "a-b.example.co.uk", "xn--mnchen-3ya.example", "EXAMPLE.com", "a.xn--p1ai"],
            [
                "", "example", ".example", "example.", "-a.example", "a-.example", "a..example", "a b.example",
                "a_b.example", "münchen.example", "192.0.2.1", "a.example\n", "a.example/", "a.example:80", "*.example",
                "a" * 64 + ".example", ".".join(["a" * 60] * 5) + ".example",
            ],
        ),
        (
            is_https_url,
            ["https://a.example", "https://a.example:8443/x?y=1&z=2#q", "https://a.example/é", "HTTPS://a.example/"],
            [
                "", "a.example", "//a.example", "http://a.example", "https:/a.example", "https://", "https://u@a.example",
                "https://u:p@a.example/", "https://a.example/ x", "https://a.example/\n", "https://a.example/<x>",
                "https://a.example:port/", "https://[::1", "javascript:alert(1)", "mailto:a@a.example",
            ],
        ),
        (
            is_public_url,
            ["https://a.example", "https://a.example:8443/x?y=1&z=2#q", "https://münchen.example"],
            ["https://localhost", "https://x", "https://127.0.0.1", "https://a.local/", "a.example"],
        ),
        (
            is_base_url,
            ["https://a.example", "https://a.example/", "https://a.example/deep/path", "http://127.0.0.1:8000"],
            ["a.example", "https://a.example/?x", "https://a.example/#x", "ftp://a.example", "https://a.example/a b"],
        ),
        (
            is_markdown,
            ["", "a < b", "a <3", "`<b>`", "<https://a.example>", "[x](https://a.example)", "[ ] open", "f(x)[1]"],
            [
                "<b>", "</b>", "<!--", "<?php", "<a@b.example>", "[x](http://a.example)", "[x]( javascript:x )",
                "[x](<javascript:x>)", "![x](http://a.example/i.png)", "[x]: ftp://a.example", "[x](//a.example)",
            ],
        ),
    ],
)  # fmt: skip
def test_formats(check, good, bad):
    assert [value for value in good if not check(value)] == []
    assert [value for value in bad if check(value)] == []
    assert check(12), "another type is another rule's business"


@pytest.mark.parametrize(
    "piece",
    [
        *("](&", '"](](', "](<", "[x]: ", "(&amp;)", "`", "`` `", "\\", "<b", "- ", "-  ", "> - ", "\n- ", " \n"),
        *("1. #", "\n="),
    ],
)
def test_no_text_makes_a_check_of_markdown_slow(piece):
    text = (piece * LONGEST)[:LONGEST]
    with within(1):
        for hard in (text, text[:-1] + "y", f"`{text[2:]}\n"):
            list(find_faults(hard))
    assert load_schema("service")["$defs"]["markdown"]["maxLength"] == LONGEST


def test_lines_have_no_second_line():
    validator = build_validator("service")
    for value in ("one\ntwo", "one\n\ntwo", " one \n two "):
        assert not validator.is_valid({"domain": "a.example", "disputed": value}), repr(value)


@pytest.mark.parametrize(
    "text",
    ["# Attribution", "\n\n  # Attribution\n\nText.\n", "\ufeff# Attribution\r\rText.\r", "# Attribution\r\n\r\n"],
)
def test_white_space_around_a_page_means_nothing(tiny, text):
    tiny.write("content/pages/attribution.md", text)
    assert tiny.check() == []
    assert tiny.build().code == 0
    page = tiny.read("site/attribution/index.html")
    assert "<h1>Attribution</h1>" in page
    assert ("<p>Text.</p>" in page) is ("Text" in text)


def test_the_table_is_long_enough():
    assert len(BROKEN) >= 60
