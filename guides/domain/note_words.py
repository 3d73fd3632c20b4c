"""The language in which the rules of `domain.note_rules` are written, and its words.

Regular expressions, one a row, with three signs of our own: “@” is a length of time, “…” are words
of the same sentence, “‥” are words without a comma between them. “<undo>” is one of the words
below. A line that is indented goes on with the row above. Pure: imports no Django.
"""

import re
from collections.abc import Iterator

_WORDS = r"""
not           (not|never|unable|impossible|no longer)
sign_in       ((log|sign)(ged|ging|ed|ing|s)?[ -]?(back[ -]?)?(in|on)(to)?|
              enter(ing)? your (\w+ )?(password|credentials))
signing_in    (log|sign)(ging|ing)?[ -](back )?in(to)?
delete        (delet\w*|remov\w*|eras\w*|clos(e|es|ed|ing|ure)|terminat\w*|purg\w*|wip(e|es|ed|ing)|
              destroy\w*|deactivat\w*|disabl\w*|anonymi\w*|gone|disappear\w*|exclu\w*|process\w*|
              vanish\w*|scrub\w*|shred\w*|expung\w*|obliterat\w*|clean\w*|clear(ed|s|ing)?|
              dissolv\w*|shut\w* down|tak(e|es|en|ing) down|los(e|es|t|ing)|dies?|unregister\w*|
              de-?regist\w*|cease\w*|rest follows|(un|ir)re(cover|triev|vers)\w*|no longer exist\w*)
deleted       (delet|remov|eras|clos|terminat|purg|wip|destroy|process|review|scrubb|shredd|expung|
              clear|clean|dissolv|anonymis|anonymiz)ed
be            (is|are|be|been|being|gets?|until)
undo          (recover|restor|re-?activat|revers|revert|revok|undo|undone|un-?delet|retriev|
              re-?open|reclaim|withdraw|halt|abort|reinstat|regain|regret|reconsider|rescind|
              return(?! (the |your )?(goods|items?|products?|purchase))|(get|want|bring|have) (it|
              everything|(your|the) (account|data|profile)) back|chang\w+ (your|their|1's) mind|
              change mind|(come|go|log|sign) back|(logging|signing) (back )?(in|on)|back out|
              stop (the|it|this|that)|tak\w+ (it|that|this) back|retract|second thoughts|think (it |
              this )?(over|again)|wak(e|es|ing|en)|woken|thaw|unfreez|reviv|resurrect|call\w* (it|
              this) off|repent|mistake|cancel(?!\w* (\w+ ){0,3}(subscri|member|plan|premium|order|
              trial|booking|payment)))\w*
cancelled     (cancel|interrupt|void|reset|restart|abandon|abort|halt|withdr|revok|revers|nullif|
              invalidat|keep|kept|re-?activat|re-?enabl|recover|restor|re-?open|undo|undel|reinstat|
              stops? (the|this|it)|not be deleted|(br(ing|ought)|put)s? (\w+ ){0,3}back|undoes|
              back (online|to life)|wak(e|es|ing|en)|woken|thaw|unfreez|reviv|resum|reappear|(is|
              are|be|gets?) (off|void|dropped|lifted|called off|gone)|begins? (again|anew)|
              call\w* off|(starts?|begins?) (all )?over)\w*
asleep        (deactivat\w*|suspend\w*|disabled?|lock(ed)?|frozen|inactive|hidden|pending|scheduled|
              queued?|recoverable|restorable|on hold|quarantin\w*|soft[- ]delet\w*|trash|bin|limbo|
              invisible|unreachable|inaccessible|offline|dormant|paused?|asleep|sleep|hibernat\w*|
              (on|in) (ice|the freezer))
enter         (<sign_in>|(open|us(e|ing)|visit|access|launch|touch)(ing)? (it|(the|your|their|
              this) (app|account|service|website|site|page|profile)|com(e|ing) back))
stay_away     ((stay|remain|keep)(s|ing|ed)? (away|out|off|clear|(logged|signed) (out|off))|(leav|
              keep)(e|ing)? (it|(the|your) (account|profile)) (alone|untouched|unused))
lapse         (expir\w*|laps\w*|runs? out|tim(es?|ing) out|dies?|becomes? (invalid|void|useless)|
              stops? working)
confirm       (?<!\ba )(?<!\ban )(?<!\bthe )(?<!\byour )(confirm|click|tap|verify|respond|reply|
              answer|follow|open|use|approve|validate|enter|accept)
do_it         ((mail|post|hand|bring|fax|give|send) (it|them|that) (back|in)|press|hit|type|scan|
              react|act|complete|finish|return|sign|send|do (so|it|this|that)|go|fill|paste|copy|
              provide|submit|upload|give)
answer        (respon[ds]\w*|repl(y|ies|ied)|answer\w*|comply|react|act|process|decide|handle)
they          \b(they|them|it|he|she|who|which|someone|support|staff|team|agents?|rep\w*|service|
              company|admin\w*|moderators?|employees?|operators?|developers?|owner|controller|
              office|department|desk|provider|bank)\b
account_again ((second|another|new|fresh|different) (account|1|profile|registration)|anew|creat\w*|
              re-?regist\w*|register\w*|registration|sign(ing)? ?up|re-?us\w*|re-?join\w*|
              same (e-?mail|user ?name|name|address|phone|number|details|data))
name          (user ?names?|nick(name)?s?|handles?|(display|profile|account|login) names?|names?|
              e-?mail( address(es)?)?|phone( numbers?)?|ids?)
thing         (stor(y|ie)|review|rating|comment|message|chat|photo|picture|image|video|recording|
              stream|broadcast|upload|file|document|draft|version|screenshot|cache|purchase|order|
              invoice|receipt|deposit|payout|gift card|voucher|coupon|point|mile|password|contest|
              survey|offer|promotion|reservation|booking|deliver(y|ie)|shipment|parcel|log|
              notification|poll|event|competition|game|tournament|sale|payment|transaction|transfer|
              session|vote|album|playlist|contact|report|ad|advert|newsletter|update)
not_account   (?!.*\b(your|the) (account|profile|data)\b)
then_deleted  ([^@]{0,40}\b(before|then|until|till|after which|after that|
              prior to)\b[^@]{0,60}\b<delete>)
"""


def rows(text: str) -> Iterator[tuple[str, str]]:
    """Each row of the text: its name, and its pattern in one line."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for row in re.split(r"\n(?=\S)", "\n".join(lines)):
        name, pattern = row.split(maxsplit=1)
        yield name, re.sub(r"\n\s+", "", pattern)


WORDS = dict(rows(_WORDS))


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern with the words and the gaps in their places."""
    pattern = pattern.replace("…", "[^@]{0,60}").replace("‥", "[^@,]{0,30}")
    while re.search(r"<[a-z_]+>", pattern):
        pattern = re.sub(r"<([a-z_]+)>", lambda match: WORDS[match[1]], pattern)
    return re.compile(pattern)
