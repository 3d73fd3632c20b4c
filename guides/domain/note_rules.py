"""The grammar by which `domain.notes` tells what a length of time in an English note belongs to.

Regular expressions, one a rule, with three signs of our own: “@” is the length, “…” are words of
the same sentence, “‥” are words without a comma between them. “<undo>” is one of the words below.
A line that is indented goes on with the rule above. Pure: imports no Django.
"""

import re
from collections.abc import Iterator
from enum import StrEnum


class Role(StrEnum):
    """What a length of time belongs to. The first five are the reasons of a waiting period."""

    REVIEW = "review"
    PROCESSING = "processing"
    GRACE = "grace"
    COOL_DOWN = "cool_down"
    QUIET = "quiet"
    DEADLINE = "deadline"
    NONE = "none"


_WORDS = r"""
not           (not|never|unable|impossible|no longer)
sign_in       (log|sign)(ged|ging|ed|ing|s)?[ -]?(back[ -]?)?(in|on)(to)?
signing_in    (log|sign)(ging|ing)?[ -](back )?in(to)?
delete        (delet\w*|remov\w*|eras\w*|clos(e|es|ed|ing|ure)|terminat\w*|purg\w*|wip(e|es|ed)|
              destroy\w*|deactivat\w*|disabl\w*|anonymi\w*|gone|disappear\w*|exclu\w*|process\w*)
deleted       (delet|remov|eras|clos|terminat|purg|wip|destroy|process|review)ed
be            (is|are|be|been|being|gets?|until)
undo          (recover|restor|re-?activat|revers|revok|undo|undone|un-?delet|retriev|re-?open|
              reclaim|withdraw|halt|abort|reinstat|regain|regret|reconsider|rescind|return|
              chang\w+ (your|their|1's) mind|change mind|(come|go|log|sign) back|(logging|
              signing) (back )?(in|on)|back out|stop the|cancel(?!\w* (\w+ ){0,3}(subscri|member|
              plan|premium|order|trial|booking|payment)))\w*
cancelled     (cancel|interrupt|void|reset|restart|abandon|abort|halt|withdr|revok|revers|nullif|
              invalidat|keep|re-?activat|re-?enabl|recover|restor|re-?open|undo|undel|reinstat|
              stops? (the|this|it)|not be deleted)\w*
asleep        (deactivat\w*|suspend\w*|disabled?|lock(ed)?|frozen|inactive|hidden|pending|
              scheduled|queued?|recoverable|restorable|on hold|quarantin\w*|soft[- ]delet\w*|
              trash|bin|limbo|invisible|dormant)
confirm       (?<!\ba )(?<!\ban )(?<!\bthe )(confirm|click|tap|verify|respond|reply|answer|follow|
              open|use|approve|validate|enter|accept)
they          \b(they|them|it|he|she|who|which|someone|support|staff|team|agents?|rep\w*|service|
              company|admin\w*|moderators?|employees?|operators?|developers?|owner)\b
account_again (creat\w*|re-?regist\w*|register\w*|registration|sign(ing)? ?up|re-?us\w*|
              re-?join\w*|new (account|1|profile|registration)|another (account|1)|same (e-?mail|
              user ?name|name|address|phone|number|details|data))
name          (user ?names?|nick(name)?s?|handles?|(display|profile|account|login) names?|names?|
              e-?mail( address(es)?)?|phone( numbers?)?|ids?)
then_deleted  ([^@]{0,40}\b(before|then|until|till|after which|after that|
              prior to)\b[^@]{0,60}\b<delete>)
"""

# The first rule that is found in a sentence decides.
_ROLES = r"""
# Rates, prices, ages, cookies, opening hours: “once every 14 days”, “a 30-day trial”.
none       @ (per|each|every)\b|\b(every|each|per|once|twice|times( in)?) @|@ ago\b|@s? notice\b
none       @[- ](\w+ )?(trial|subscription|plan|membership|warranty|guarantee|money)\b
none       \b(refund\w*|trial|renew\w*|discount|charged?|billed)\b‥@
none       \b(cookies?|sessions?)\b…@|\bfree for @|@ (for )?free\b|@,? 7 days\b|\bwaiting list\b
none       \b(notif|warn|inform|remind|announc)\w*\b…@ (before|prior|in advance|ahead)
none       @ (before|prior to) (\w+ ){0,3}(renew\w*|billing|payment|subscription|period)
quiet      \b(account|profile|membership)s?\b…(@ old\b|\bolder than @)
none       @ (old\b|of age)|\b(old|new|young)er than @

# Time in which the person has to act: “the link expires in 24 hours”.
deadline   \b(link|url|code|pin|token|otp|button|e-?mail|mail|message|request|
           confirmation)s?\b…\b(valid(ity)?|expir\w*|active|works?|usable|laps\w*|good|invalid|
           times? out)\b‥@
none       \b(subscription|membership|trial|plan|licen[cs]e|card|credit|point|coin|voucher|coupon|
           balance|mile)s?\b…\bexpir\w*\b‥@
deadline   \b(you( will)?( then| only| now)* (have|get|got)|there (is|are)|given|granted|
           time limit of|only)\b‥@‥\bto <confirm>\b
deadline   \bexpir\w*\b‥@|@ (validity|expir\w+|time limit|deadline)\b
deadline   (^|[,:(])((?!<they>)[^,:(@])*\b<confirm>\b((?!\b(is|are|will|be|takes?|wait|which|may|
           can)\b)[^,@])*\b(within|inside) @
deadline   \b(not|fail to|asks? you to|asked to|have to|need to) (<confirm>|
           hear (back )?from you)\b…\bwithin @
deadline   @,? you (must|should|(will )?(have|need) to)\b‥\b<confirm>\b

# Names and addresses that cannot be used again.
none       \b(<not>|block\w*|bann?\w*|prevent\w*|protect\w*|reserv\w*|
           prohibit\w*)\b((?!\bdelet)[^@])*\b<account_again>\b…@
none       @‥\b(before|until|till|to|ban|block|lock)\b…\b<account_again>
none       \b<name>\b…\b(available|releas\w*|freed?|lock\w*|block\w*|reserv\w*|protect\w*|
           recycl\w*|blacklist\w*|claim\w*|taken|used|re-?us\w*)\b…@
none       @…\b<name>\b…\b(available|released|freed|re-?us\w*|again)\b

# Time that has to pass before one can ask: “7 days after your last order”.
quiet      \b(only|possible|can|able|allow\w*|wait|must|<not>)\b…@ ((have|has) (passed|
           elapsed) )?(after|since|from|following) ((your|the|that|any|my|its) )?(last|latest|
           final|most recent|previous) (?!log|sign|visit|use)
quiet      \b(<not>|no|refuse\w*|without|free of|if|unless)\b[^@]{0,120}\b(in|within|during|over|
           for) (the |your )?(last|past|previous) @
quiet      \b(must|may|should|can|have to|need to|do) not\b…\b(post|order|buy|purchas|trad|sell|
           bet|play|spend|transact|deposit|withdraw|writ|comment)\w*\b…\b(for|in|within|during) @
quiet      \b(no|without)( \w+)? (orders?|purchases?|transactions?|payments?|bookings?|bets?|
           trades?|trips?)\b‥\b(for|in|within|during) @
quiet      \b<not>\b‥\b<delete>\b‥\b(within|for|during|in) @ (of|after|from|since|following)\b
quiet      \bwait(ing)?\b‥@…\bbefore ((you|they|it|(the|your) account) (can|may|are|is|will|request|
           ask|delet)|(requesting|deleting|closing|submitting|asking|applying|contacting|sending))

# Staying signed out until it is over.
grace      @…\b(must|should|may|do) not (\w+ ){0,2}<sign_in>|\bwait\b‥@ without

# Time without use, after which an account goes by itself.
none       @‥\b(of|without|with no|due to) (\w+ ){0,2}(inactiv|activit|use\b|usage|using|log|sign|
           access|visit)
none       @ (after|since|from|following) (\w+ )?(last|latest|most recent) (log|sign|visit|use|
           activ|access)
grace      \b<asleep>\b…\b(for|during) @<then_deleted>
none       \b(inactiv\w*|unused|dormant|idle|abandoned|un(verified|confirmed)|not (been )?(used|
           accessed|active|logged|signed)\b|accounts? (without|with no|that|which|not)|
           no (\w+ )?(activity|log|sign))…@
none       \b(if|when|that|which|whose)\b…\b(has|have|had) been\b…@

# Complaints, mail from others, copies of one's data.
none       \b(even after|despite|ha(s|ve|d) not|no (response|reply|answer)|never (got|receiv\w*|
           replied|answer\w*|respond\w*|heard)|still (not|waiting|no)|did not (respond|reply|
           answer|react)|ignor\w*|i (have )?(waited|been|tried|sent))\b…@
none       @‥\b(without (any |a )?(response|reply|answer)|and (still|counting|no))\b
none       \b(newsletters?|marketing|promotional|mailing|unsubscrib\w*|(continue|keep|
           still)\b‥\b(receiv|get))((?!<delete>)[^@]){0,80}@
none       \b(download|export|archive|copy of)((?!\b(delet|eras|remov|clos))[^@]){0,80}@

# Time to change one's mind.
grace      \b<undo>\b((?!\b<delete>\b(?! (request|process|within|during)))[^@])*\b(within|for|in|
           during|until|before|up)\b‥@
review     \breview\w*\b…@
grace      @…\b(to|which|where|when|in case|if|unless|during|you can|you may|can be)\b…\b<undo>
grace      @[- ]*(\w+ ){0,2}(grace|cooling|cool-?down|waiting|holding|reflection|withdrawal|
           recovery|deactivation|suspension)\b|\b(grace|cooling([- ]off)?|waiting|holding|
           reflection|recovery)( (period|time|phase|window))?( (of|is|lasts|takes))* @
grace      ^(?=.*\b(<undo>|stop\w*|cancel\w*)\b)[^@]*\b<sign_in>\b‥\b(within|during|in|before) @
grace      \b((stay|remain|keep)(ing)? (logged|signed) (out|off)|<not> (\w+ ){0,2}<sign_in>)\b…@

# Records that are kept.
processing \bafter\b‥\bretention\b‥@[^@]*\b<delete>
none       \b(kept|keeps?|keeping|retain\w*|retention|stor(es?|ed|ing)|archiv\w*|preserv\w*|
           sav(es?|ed)|remains?|stays?|(?<!on )holds?|held|(backups?|back-ups?|
           logs)(?=… for @))\b(?! (in mind|track|an eye))((?!\b<asleep>\b|
           \b<be> (\w+ ){0,2}<delete>)[^@])*@(?!<then_deleted>)
none       @…\b(kept|retained|stored|archived|preserved|retention)\b
grace      \b<asleep>\b…\bfor @

# All other waits: the same again, an answer, the work itself.
cool_down  \bwait\b‥@…\b(repeat|retry|try again|start over|the same|(do|request|ask|
           delete|close|confirm) (\w+ ){0,3}again|
           (come|go) back|return)\b
review     \b(respon[ds]\w*|repl(y|ies|ied)|answer\w*|get back|contact you|reach out|approv\w*|
           verif\w*|acknowledg\w*|receive|get|hear|support|ticket)\b…@|@…\b(respon[ds]\w*|repl(y|
           ies|ied)|answer|review\w*|approv\w*|get back|contact you|receive|hear)\b
processing \b(<delete>|wait\w*|complet\w*|effect|tak(es?|ing)|took|happen\w*|occur\w*|finish\w*|
           finali\w*|done|delay\w*|no longer|deadlines?|comply|compliance|allow|account|
           request\w*|data|schedul\w*|permanent\w*|irrevers\w*|period|execut\w*|later)\b
"""


def _rows(text: str) -> Iterator[tuple[str, str]]:
    """Each rule of the text: its name, and its pattern in one line."""
    rows = [line for line in text.splitlines() if line and not line.startswith("#")]
    for row in re.split(r"\n(?=\S)", "\n".join(rows)):
        name, pattern = row.split(maxsplit=1)
        yield name, re.sub(r"\n\s+", "", pattern)


WORDS = dict(_rows(_WORDS))


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern with the words and the gaps in their places."""
    pattern = pattern.replace("…", "[^@]{0,60}").replace("‥", "[^@,]{0,30}")
    while re.search(r"<[a-z_]+>", pattern):
        pattern = re.sub(r"<([a-z_]+)>", lambda match: WORDS[match[1]], pattern)
    return re.compile(pattern)


ROLES = [(Role(name), compiled(pattern)) for name, pattern in _rows(_ROLES)]

# Smaller questions; a sentence may fit one of several rules.
_QUESTIONS = r"""
# “Do not log in”, “stay signed out”.
stay_out       \b(?<!if you )(?<!when you )(?<!as you )(?<!that you )(do not|never|avoid|
               refrain from|must not|should not|not to|to not|\bwait\b.*\bwithout) ((try to|
               attempt to|ever|again|accidentally|trying to|even) )*<sign_in>\b(?! (with|
               using|anymore|because|due))
stay_out       \b(stay|remain|keep|be)(ing)? (logged|signed) (out|off)\b

stay_out       \b(?<!if you )(do not|never|avoid|must not|should not) (us(e|ing)|open(ing)?|
               access(ing)?) (it|(the|your) (app|account|service|website|site))\b(?! (to|with))

# “If you do not log in for 30 days”: a wait if the sentence holds one, else time without use.
if_out         \b(if|when|as long as|provided( that)?|unless) you ((do|have|are|did) )?(not|
               never) (<sign_in>|use|access)\b

# “If you log in during that time, the deletion is cancelled.”
ruins          \bif you (\w+ ){0,2}<sign_in>\b.*\b(<cancelled>|again|start over)
ruins          \b<cancelled>\b.*\b(if|when|once|by|upon|unless|after) (you )?(\w+ ){0,5}?<sign_in>\b
ruins          \b(by|when|upon|once|any|each) (you )?((simply|just) )?<sign_in>\b.*\b<cancelled>
ruins          \b(logging|signing) (back )?(in|on)(to)?\b[^,]*\b<cancelled>
ruins          \b(to|can) (<cancelled>|stop)\b[^,]*,? ((you (can|must|have to|
               need to)|simply|just|by) )?<sign_in>\b
ruins          \b<sign_in>\b[^,]*\bto <cancelled>
ruins          \bunless you (\w+ )?<sign_in>\b
ruins          \b<signing_in>\b[^,]{0,40}\b(will|would|automatically)\b[^,]{0,30}\b<cancelled>
ruins          \b(trying|attempting) to <signing_in>\b.*\b<cancelled>

deletes        \b<delete>\b
about_a_call   \b(chat|call|phone|hold|queue|line|form|page|load|survey|captcha|button)\w*\b
asked          \b(<delete>|request\w*|submit\w*|confirm\w*|instructions)\b
to_ask         \b(?<!is )(?<!be )(?<!been )(delet\w*|remov\w*|eras\w*|clos(e|ing|ure)|request\w*|
               submit\w*|contact|write to|ask)\b
goes_on        ^(then|afterwards|after that)\b.*\b(again|repeat|the same)\b
has_time       \b(they|company|service|staff|team|support)\b‥\b(has|have) @ to\b
just_waits     \bwait( for)? @(?! (for|until|till|before|to) )
else_at_once   @.*\b(otherwise|else)\b.*\b(immediate|instant|at once|right away)
deleted_within \b<deleted>\b((?!\b<undo>)[^@])*@
in_sequence    \b(then|another|additional|further|after that|afterwards|subsequently|more)\b[^@]*@
in_sequence    @ (later|more)\b
"""
_ANSWERS: dict[str, list[re.Pattern[str]]] = {}
for _name, _pattern in _rows(_QUESTIONS):
    _ANSWERS.setdefault(_name, []).append(compiled(_pattern))


def says(question: str, sentence: str) -> bool:
    """Whether the sentence fits a rule of the question."""
    return any(rule.search(sentence) for rule in _ANSWERS[question])
