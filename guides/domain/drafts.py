"""From an entry of somebody else's list to a guide that can be followed, in our words.

The words are the same for all entries, in every language of the site, so that whoever cannot read
the note of the list can still do each step. Facts and words have the form of content files.
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guides.domain import durations, notes
from guides.domain.justdeleteme import HOME, Entry
from guides.domain.note_rules import Role
from guides.domain.notes import Reading, Wait

SLUG = "justdeleteme"
CERTAINTY = "noted"
# Where the page itself is no way out, and there is an address, one writes.
HARD = {"hard", "limited", "impossible"}

# The service reads this letter, so it is in the language that most of them understand.
SUBJECT = "Please delete my account"
BODY = """\
Hello,

please delete my account and all personal data that you hold about me, and write to me when it is \
done.

The account uses the e-mail address from which I write. My user name, if there is one: [user name]

If the law obliges you to keep something, please tell me what, and for how long. I ask for this \
under Article 17 of the GDPR, or under the law that applies where I live.

Kind regards
[your name]
"""

TEXTS: dict[str, tuple[Promise, Promise]] = {
    "ask": (
        _("Open the page and ask for deletion"),
        _(
            "Open the page, and sign in if it asks you to. Look for words such as **Delete "
            "account**, **Close account** or **Contact us**, and follow the page to its end."
        ),
    ),
    "ask-as-noted": (
        _("Open the page and ask for deletion"),
        _(
            "Open the page, and sign in if it asks you to. Look for words such as **Delete "
            "account**, **Close account** or **Contact us**, and follow the page to its end. "
            "What others noted about it stands with this guide."
        ),
    ),
    "ask-anyway": (
        _("Ask for deletion, even if it may be refused"),
        _(
            "People report that this service does not delete accounts, or not all of them. "
            "Open the page and ask all the same: say that you want your account and your data"
            " deleted. Keep the answer."
        ),
    ),
    "write": (
        _("Send the letter"),
        _(
            "The letter is ready, in English, because the service has to read it: it asks for"
            " your account and your data to be deleted. Write from the e-mail address that "
            "the account uses. Put your own details where the letter says `[user name]`, "
            "`[your name]` or `XXX`, and send it."
        ),
    ),
    "write-instead": (
        _("Or write to them"),
        _(
            "If the page does not help you, send this letter instead. It is in English and "
            "asks for your account and your data to be deleted. Write from the e-mail address"
            " that the account uses, and put in your own details."
        ),
    ),
    "confirm": (
        _("Confirm it, in the message they send you"),
        _(
            "The service sends you a message with a link or a code. Use it in time: after "
            "that it no longer works, and you have to ask again. Look into your spam folder, "
            "too."
        ),
    ),
    "again": (
        _("Do the same once more"),
        _(
            "Go back to where you asked for deletion, and do the same again. Only now does it"
            " count."
        ),
    ),
    "quiet": (
        _("First let this time pass"),
        _(
            "Somebody noted that the service accepts your wish only after a time without "
            "orders, payments or other activity. Say when that time began."
        ),
    ),
    "review": (
        _("Wait for their answer"),
        _(
            "Somebody noted that the service answers within this time. If they ask you "
            "something, answer soon. It may take longer than noted."
        ),
    ),
    "processing": (
        _("Wait until the account is deleted"),
        _("Somebody noted that it takes this long. It may take longer."),
    ),
    "grace": (
        _("Wait until it is final"),
        _(
            "Somebody noted that the account comes back if you change your mind during this "
            "time. After it, the account is gone for good."
        ),
    ),
    "cool_down": (
        _("Wait before you do it again"),
        _("Somebody noted that you have to do the same twice, with this pause in between."),
    ),
    "stay-out": (
        _("Wait, and do not sign in"),
        _(
            "Somebody noted that signing in during this time can cancel the deletion. Sign "
            "out on every phone and in every browser, and do not open the app until the time "
            "is over."
        ),
    ),
    "check-gone": (
        _("Check that the account is gone"),
        _(
            "Look for a confirmation in your e-mail. Then try to sign in, one single time: "
            "the service should no longer know the account. If it lets you in, the account is"
            " still there, and you ask again."
        ),
    ),
}
GUIDE_TEXTS: dict[str, tuple[Promise, Promise]] = {
    "website": (
        _("Ask for deletion on the website"),
        _("You open a page of the service and ask there for your account to be deleted."),
    ),
    "email": (
        _("Ask for deletion by e-mail"),
        _("You send the service a letter that is ready. It asks for your account to be deleted."),
    ),
    "impossible": (
        _("Ask for deletion all the same"),
        _("People report that this service deletes no accounts. You can ask, and keep the answer."),
    ),
    "limited": (
        _("Ask for deletion, if it is open to you"),
        _(
            "People report that this service deletes accounts only for some: it depends on "
            "where you live, or on what you used it for."
        ),
    ),
}
YOU_LOSE = _(
    "We do not know in detail. Mostly everything in the account goes with it: what you bought, "
    "saved or wrote there. Keep a copy of what you may need before you begin."
)
YOU_NEED = _("Access to the account, and to the e-mail address that it uses.")


class Draft(NamedTuple):
    """A guide in the form of content files, and what was read from the note."""

    facts: dict[str, Any]
    words: dict[str, dict[str, Any]]
    reading: Reading


class _Step(NamedTuple):
    text: str  # which of TEXTS
    facts: dict[str, Any]


def draft(entry: Entry) -> Draft:
    reading = notes.read(entry.notes.get("en", ""))
    by_email = bool(entry.email) and entry.difficulty in HARD
    steps = list(_numbered(_steps(entry, reading, by_email)))
    channel = "email" if by_email else "website"
    facts = {
        "slug": SLUG,
        "goal": "close",
        "channel": channel,
        "difficulty": entry.difficulty,
        "undo": "while_waiting" if _can_be_undone(reading) else "unknown",
        "published": True,
        "sources": [{"name": "JustDeleteMe", "url": HOME}],
        "steps": [step.facts for step in steps],
    }
    texts = entry.difficulty if entry.difficulty in GUIDE_TEXTS else channel
    keys = tuple((step.facts["key"], step.text) for step in steps)
    return Draft(
        facts, {code: _words(code, texts, keys) for code, _name in settings.LANGUAGES}, reading
    )


# --- Facts --------------------------------------------------------------------------------------


def _can_be_undone(reading: Reading) -> bool:
    return any(wait.reason is Role.GRACE or wait.stay_signed_out for wait in reading.waits)


def _steps(entry: Entry, reading: Reading, by_email: bool) -> Iterator[_Step]:
    acts = list(_acts(entry, reading, by_email))
    again = _Step("again", {"key": "again", "kind": "act", "link": entry.links["en"]})
    asked = acts[0].facts["key"]
    reasons = [wait.reason for wait in reading.waits]
    if not _can_be_undone(reading):
        last = again if Role.COOL_DOWN in reasons else acts[-1 if reading.do_within else 0]
        last.facts["final"] = True
    for wait in reading.waits:
        if wait.reason is Role.QUIET:
            yield _Step("quiet", _wait(wait))
    yield from acts
    for wait in reading.waits:
        if wait.reason is not Role.QUIET:
            text = "stay-out" if wait.stay_signed_out else wait.reason.value
            yield _Step(text, _wait(wait) | {"goes_back_to": asked})
        if wait.reason is Role.COOL_DOWN:
            yield again
    if reading.stay_signed_out and not any(wait.stay_signed_out for wait in reading.waits):
        out = Wait(Role.GRACE, None, None, stay_signed_out=True, is_alongside=bool(reading.waits))
        yield _Step("stay-out", _wait(out) | {"goes_back_to": asked})
    yield _Step("check-gone", {"key": "check-gone", "kind": "check"})


def _acts(entry: Entry, reading: Reading, by_email: bool) -> Iterator[_Step]:
    """Asking, by the page or by letter, and confirming it where there is only so much time."""
    link = entry.links["en"]
    letter = {
        "letter_to": entry.email,
        "letter_subject": entry.subject or SUBJECT,
        "letter_body": entry.body or BODY.strip(),
    }
    if by_email:
        yield _Step("write", {"key": "write", "kind": "act", "link": link} | letter)
    else:
        text = "ask-as-noted" if entry.notes else "ask"
        text = "ask-anyway" if entry.difficulty in {"limited", "impossible"} else text
        yield _Step(text, {"key": "ask", "kind": "act", "link": link})
        if entry.email:
            yield _Step(
                "write-instead", {"key": "write-instead", "kind": "act", "optional": True} | letter
            )
    if reading.do_within:
        goes_back_to = "write" if by_email else "ask"
        times = {"do_within": durations.write(reading.do_within), "goes_back_to": goes_back_to}
        yield _Step("confirm", {"key": "confirm", "kind": "act"} | times)


def _wait(wait: Wait) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "key": wait.reason.value.replace("_", "-"),
        "kind": "wait",
        "wait_reason": wait.reason.value,
        "wait_certainty": CERTAINTY,
    }
    if wait.shortest:
        facts["wait_shortest"] = durations.write(wait.shortest)
    if wait.longest:
        facts["wait_longest"] = durations.write(wait.longest)
    flags = {
        "in_business_days": wait.in_business_days,
        "stay_signed_out": wait.stay_signed_out,
        "while_waiting": wait.is_alongside,
    }
    return facts | {name: True for name, is_set in flags.items() if is_set}


def _numbered(steps: Iterator[_Step]) -> Iterator[_Step]:
    """The steps with a key of their own each: `processing`, `processing-2`."""
    seen: Counter[str] = Counter()
    for step in steps:
        key = step.facts["key"]
        seen[key] += 1
        yield (
            step if seen[key] == 1 else _Step(step.text, step.facts | {"key": f"{key}-{seen[key]}"})
        )


# --- Words --------------------------------------------------------------------------------------


@lru_cache(maxsize=1000)
def _words(language: str, guide: str, steps: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    with translation.override(language):
        title, summary = map(str, GUIDE_TEXTS[guide])
        return {
            "title": title,
            "summary": summary,
            "you_lose": str(YOU_LOSE),
            "you_need": str(YOU_NEED),
            "steps": {key: _step_words(text) for key, text in steps},
        }


def _step_words(text: str) -> dict[str, str]:
    title, body = map(str, TEXTS[text])
    return {"title": title, "body": body}
