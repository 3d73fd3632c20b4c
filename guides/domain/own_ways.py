"""The general guide, as it reads for a service that is in no catalogue.

It is an ordinary guide, shipped and edited like any other. For a journey whose person has named a
service, its steps carry what that person knows: where to go, how long to wait. And the letter.
"""

from copy import copy
from typing import NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from guides.domain.clocks import DAY
from guides.models import Guide, Journey, OwnService, Step

GENERAL = ("any-service", "general")
# Its steps that are known by name: where one goes to, and where one writes.
FIND, ASK, CHECK = "find", "ask", "check-gone"

SUBJECT = _("Please close my account and erase my data")
BODY = _(
    """Hello,

Please close my account with %(service)s and erase the personal data that you hold about me. \
Please write to me when it is done.

The account uses this e-mail address: [your e-mail address]
My customer number, if there is one: [number]

If a contract is still running, please tell me when it ends and how I end it. If the law obliges \
you to keep something, please tell me what, and for how long.

I ask for this under Article 17 of the General Data Protection Regulation (GDPR), or under the law \
that applies where I live. Under Article 12 you have one month to answer.

Kind regards,
[your name]"""
)


class Letter(NamedTuple):
    """A letter in one language, under the names that a letter of a step has."""

    language: str
    letter_to: str  # empty where the person knows no address
    letter_subject: str
    letter_body: str


def general_guide() -> Guide | None:
    """None where it is not loaded, or an editor has withdrawn it."""
    guides = Guide.objects.published().select_related("service")
    return guides.filter(service__slug=GENERAL[0], slug=GENERAL[1]).first()


def is_general(guide: Guide) -> bool:
    return (guide.service.slug, guide.slug) == GENERAL


def adapted(steps: list[Step], journey: Journey) -> list[Step]:
    """The steps as they read on this journey: the same ones, unless its service is one's own."""
    own = journey.own
    return [_adapted(step, own) for step in steps] if own else steps


def _adapted(step: Step, own: OwnService) -> Step:
    step = copy(step)
    if step.key in {FIND, CHECK}:
        step.link = own.link
    if step.kind == Step.Kind.WAIT and own.wait_days:
        step.wait_shortest, step.wait_longest = None, own.wait_days * DAY
        step.in_business_days, step.wait_certainty = False, ""
    return step


def letters_for(*, journey: Journey, step: Step) -> list[Letter]:
    """The letter to the person's own service, if this is the step at which one writes.

    In every language of ours, that of the page first: who reads it may speak another.
    """
    own = journey.own
    if own is None or step.key != ASK:
        return []
    codes = [code for code, _name in settings.LANGUAGES]
    codes.sort(key=lambda code: code != translation.get_language())
    return [_letter(own, code) for code in codes]


def _letter(own: OwnService, language: str) -> Letter:
    with translation.override(language):
        return Letter(language, own.email, str(SUBJECT), str(BODY) % {"service": own.name})
