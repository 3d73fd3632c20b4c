"""The grammar by which `domain.notes` tells what a length of time in an English note belongs to.

Its rules are written in the language of `domain.note_words`. Pure: imports no Django.
"""

import re
from enum import StrEnum

from guides.domain.note_words import compiled, rows


class Role(StrEnum):
    """What a length of time belongs to. The first five are the reasons of a waiting period."""

    REVIEW = "review"
    PROCESSING = "processing"
    GRACE = "grace"
    COOL_DOWN = "cool_down"
    QUIET = "quiet"
    DEADLINE = "deadline"
    NONE = "none"


# The first rule that is found in a sentence decides.
_ROLES = r"""
# Rates, prices, ages, cookies, opening hours: “once every 14 days”, “a 30-day trial”.
none       @ (per|each|every)\b|\b(every|each|per) @|\b(once|twice|
           times)( in| within| during)? @(?! (ha|is|are)|[- ]period)|@s? notice\b
none       @[- ](\w+ )?(trial|subscription|plan|membership|warranty|guarantee|money)\b
none       \brefund\w*\b[^@]{0,30}@
none       \b(trial|renew\w*|discount|charge[ds]|billed|costs?|fees?|pay(s|ing)?|paid|price[sd]?|
           no charge|free( of charge)?(?! of)|gratis)\b‥@
none       \b(cookies?|sessions?)\b…@|\bfree for @|@ (for )?free\b|@,? 7 days\b|\bwaiting list\b
none       \b(notif|warn|inform|remind|announc)\w*\b…@ (before|prior|in advance|ahead)
none       @ (before|prior to) (\w+ ){0,5}(renew\w*|billing|payment|subscription|period|term|cycle|
           contract|trial|month)
none       @ (last|in|every|each|next) (spring|summer|autumn|winter|january|february|march|april|
           may|june|july|august|september|october|november|december)\b

# Other matters: invitations, fines, a broken page; photos, votes and all that is no account.
none       \b(picks? up|(phone|chat) queue|waiting room|hold the line|(hot|help)line)\b…@
none       \binvit\w*\b…@|@ (worth of|of (?!(\w+ )?(process|wait|stay|not\b|sending|filing|contact|
           being|recei|gett|the\b|your\b|my\b|this\b|that\b|submi|request|ask|confirm|delet|deactiv|
           clos|inactiv|click)))
none       \b(page|site|website|form|button|server)s? (has|have|is|was|
           were) (been )?(\w+ )?(offline|down|broken|locked|unavailable|disabled|greyed|hidden|
           missing|inactive)\b…@
none       \b(wrong|failed|incorrect|too many)\b…@|@…\b(wrong|wrongly|failed|incorrect|too many)\b
none       \b(appeal\w*|bann?ed|bans?|penalt\w*|fines?|strikes?|warnings|deposit|payouts?|money|
           cash)\b((?!\bwait)[^@,]){0,30}@|@‥\bappeal
none       \b(can|may|to|also|instead) (\w+ )?(pause|snooze|freeze|suspend|hide)\b…@
none       ^<not_account>((all|old|deleted|some|any|the|an?|1|unused|public|private|every|most|live|
           shared|sent|saved|uploaded|past|server|chat|crash|error|bug|system|
           security) )*<thing>s\b[^@]*@
none       ^<not_account>(an?|the|any|each|every) (\w+ )?<thing>\b(?! (agent|support|bot|team|staff|
           request|form|page))[^@]*@

# The age of the account, which may have to be so old; that of people.
quiet      ^(?!.*\b<not>\b)[^@]*\b(registered|joined|signed up|opened|created)‥@ ago\b
quiet      ^(?!.*\b(vote|post|sell|trade|comment|withdraw)\b)[^@]*\b(accounts?|profiles?|
           memberships?|yours|it)\b…(@ old\b|\bolder than @)
quiet      ^(?=.*\b<delete>)[^@]*\b(account|profile|membership)s?\b…\b(exist(s|ed)?|been (open|
           active|registered|around))‥@
none       @ ago\b|@ (old\b|of age)|\b(old|new|young)er than @

# Time in which the person has to act: “the link expires in 24 hours”.
none       \b(log[- ]?in|sign[- ]?in|reset|download|invit\w*|magic) (link|code|url|e-?mail)s?\b…@
deadline   \b(link|url|code|pin|token|otp|button|e-?mail|mail|message|request|
           confirmation)s?\b…\b(<lapse>|can be (used|opened|clicked)|valid(ity)?|active|works?|
           usable|good|invalid)\b‥@
none       \b(subscription|membership|trial|plan|licen[cs]e|card|credit|point|coin|voucher|coupon|
           balance|mile)s?\b…\b(<lapse>|forfeit\w*|void|lost|lose)\b‥@
deadline   \b(you( will)?( then| only| now)* (have|get|got)(?! (an?|1|the|your) (e-?mail|mail|
           message|letter|reply|answer))|there (is|are)|given|granted|time limit of|
           only)\b‥@‥\bto <confirm>\b
processing \b(account|profile)s?\b‥\b<lapse>\b‥@ after (your|the)\b
deadline   \bexpir\w*\b‥@|@ (validity|expir\w+|time limit|deadline)\b
deadline   ^(it|this|that|which|they|both) (will |then |only |already |automatically )*<lapse>\b‥@
deadline   ^(it|this|they|these) (is|are|stays?|remains?|works?) (then |only )?(valid|good|usable|
           active)\b‥@
deadline   (^|[,:(] ?|\b(and|then|please) )<do_it>( (them|it))?\b((?!<they>|\b(is|are|will|be|
           takes?|wait|which|may|can|should|and|done|after)\b)[^,@])*\b(within|inside) @
deadline   (^|[,:(])((?!<they>)[^,:(@])*\b<confirm>\b((?!\b(is|are|will|be|takes?|wait|which|may|
           can)\b)[^,@])*\b(within|inside)( of)? @
deadline   \b(not|fail to|asks? you to|asked to|have to|need to) (<confirm>|<do_it>|
           hear (back )?from you)\b…\bwithin @
deadline   \b(link|url|code|pin|form|button|letter|(e-?)?mail|message)s?\b…\b(must|has to|have to|
           needs? to|should) be (us|click|open|enter|confirm|answer|follow|return|typ|sign|press|
           approv|verifi)\w*‥@
deadline   \bunless (it|this|that|the request) is (not )?\w+ed within @
deadline   \bunless you (\w+ )?(<confirm>|<do_it>)\b‥@
deadline   @,? you (must|should|(will )?(have|need) to)\b‥\b<confirm>\b
deadline   \byou (must|have to|need to|should|are to|(are )?(asked|required|expected) to)(?! (wait|
           get|receive|hear|be|see|expect)\b)((?!<they>|\b(that|which|when|if|
           after)\b)[^@,])*\b(within|inside)( of)? @

# Names and addresses that cannot be used again.
none       \b(<not>|block\w*|bann?\w*|prevent\w*|protect\w*|reserv\w*|prohibit\w*|
           refus\w*)\b((?!\bdelet)[^@])*\b<account_again>\b…@
none       @‥\b(before|until|till|to|ban|block|lock)\b…\b<account_again>
none       \b<not>\b…\b<name>\b…\b(back|again)\b…@
none       \b(nobody|no 1|others?|someone|anyone)\b…\b<name>\b…@
none       \b<name>\b…\b(available|releas\w*|freed?|lock\w*|block\w*|reserv\w*|protect\w*|recycl\w*|
           blacklist\w*|claim\w*|taken|used|re-?us\w*|registered again)\b…@
none       @…\b<name>\b…\b(available|released|freed|re-?us\w*|again)\b

# Time that has to pass before one can ask: “7 days after your last order”.
quiet      \b(only|possible|can|able|allow\w*|wait|must|<not>)\b…@ ((have|has) (passed|
           elapsed) )?(after|since|from|following) ((your|the|that|any|my|its|their|a) )?(last|
           latest|final|most recent|previous) (?!log|sign|visit|use)
quiet      \b(once|until|till|before|when|after) @ (have|has) (passed|elapsed|
           gone( by| past)?)‥\b(since|after|from) (your|the|any) (last|latest|most recent)
quiet      \b(<not>|no|refuse\w*|without|free of|if|unless)\b[^@]{0,120}\b(in|within|during|over|
           for) (the |your )?(last|past|previous) @
quiet      \b(must|may|should|can|have to|need to|do) not\b…\b(post|order|buy|purchas|trad|sell|bet|
           play|spend|transact|deposit|withdraw|writ|comment)\w*\b…\b(for|in|within|during) @
quiet      \b(no|without|free of|clear of)( \w+){0,2} (orders?|purchases?|transactions?|payments?|
           bookings?|bets?|trades?|trips?)\b‥\b(for|in|within|during) @
quiet      \b(must|(have|has|needs?) to)\b(?! wait)…\bfor @‥\bbefore\b
quiet      ^(?=.*\b(<delete>|possible|ask|request))[^@]*@ (after|from|since) (the|your) (contract|
           subscription|plan|membership)‥(end|expir|ran|r[au]n out|laps|cancel|stop)
quiet      \b(delet|clos)\w*‥\b<not>\b(?! (\w+ )?<sign_in>)‥\b(within|for|during|in) @ (of|after|
           from|since|following)\b
quiet      \b(<not>|no)\b‥\b(<delete>|leave|quit)\b‥\b(within|for|during|in|(earl|
           soon)(i?er) than) @ (of|after|from|since|following)\b
quiet      \b(?<!we )(?<!they )(?<!will )wait(ing|ed)?\b‥@…\b(only then|until you (can|may|
           are (able|allowed))|then (can|may|will (the|you)|is the)|before ((you|they|it|(the|
           your) account) (can|may|are|is|will|request|ask|delet)|(requesting|deleting|closing|
           submitting|asking|applying|contacting|sending)))
none       @ after (an?|1|the|your) (purchase|order|delivery|sale)\b

# Staying signed out until it is over.
grace      @…\b(must|should|may|do) not (\w+ ){0,2}<sign_in>|\bwait\b‥@ without
grace      \b(<stay_away>|<not> (\w+ ){0,2}<enter>|(if|should|unless) you (\w+ ){0,2}<enter>)‥@
grace      \bif there( is|'s| are) (an?|1|any|another) (\w+ )?(log|sign)[- ]?ins?\b‥@
grace      @,? (an? |any |simply )?<enter>\b…\b<cancelled>
grace      @‥\b<stay_away>

# Time without use, after which an account goes by itself.
grace      @ without‥\b(following|after|since) (your|the) (request|delet\w*|deactiv\w*|clos\w*)
none       @‥\b(of|without|with no|due to) (\w+ ){0,2}(inactiv|activit|use\b|usage|using|log|sign|
           access|visit|silence|absence|idl)
none       @ (after|since|from|following) (\w+ )?(last|latest|most recent) (log|sign|visit|use|
           activ|access)
grace      \b<asleep>\b…\b(for|during) @<then_deleted>
none       \b(nobody|no 1)\b (\w+ )?(us|touch|log|sign|open|visit)\w*…@
none       \b(inactiv\w*|unused|empty|untouched|dormant|idle|abandoned|un(verified|confirmed|paid)|
           not (been )?(used|accessed|active|logged|signed)\b|accounts? (without|with no|that|which|
           not)|no (\w+ )?(activity|log|sign))…@
none       \b(if|when|that|which|whose)\b…\b(has|have|had) been\b…@

# Complaints, mail from others, copies of one's data.
none       \b(even after|despite|ha(s|ve|d) not|no (response|reply|answer)|never (got|receiv\w*|
           replied|answer\w*|respond\w*|heard)|still (not|waiting|no)|did not (respond|reply|answer|
           react)|ignor\w*|i (have )?(waited|been|tried|sent))\b…@
none       \b(gave up|given up|no luck|in vain|to no avail)\b
none       @‥\b(without (any |a )?(response|reply|answer)|(and|they) (\w+ )?still|and (still|
           counting|no|nobody|nothing))\b
none       \b(newsletters?|marketing|promotional|mailing|unsubscrib\w*|(continue|keep|
           still)\b‥\b(receiv|get))((?!<delete>)[^@]){0,80}@
none       \b(download|export|archive|copy of)((?!\b(delet|eras|remov|clos))[^@]){0,80}@

# Time to change one's mind.
grace      \b(can|may|could)\b‥\b<undo>\b‥@
grace      \bafter @[^@]*\b<not>\b‥\b<undo>
grace      \b<undo>\b((?!\b<delete>\b(?! (request|process|within|during)))[^@])*\b(within|for|in|
           during|until|before|up)\b‥@
review     \breview\w*\b…@
grace      @…\b(to|which|where|when|in case|if|should|so|while|unless|during|you can|you may|
           can be)\b…\b<undo>
grace      @[- ]*(\w+ ){0,2}(grace|cooling|cool-?down|waiting|holding|reflection|withdrawal|
           recovery|deactivation|suspension)\b|\b(grace|cooling([- ]off)?|waiting|holding|
           reflection|recovery)( (period|time|phase|window))?( (of|is|lasts|takes))* @
grace      ^(?=.*\b(<undo>|stop\w*|cancel\w*)\b)[^@]*\b<enter>\b‥\b(within|during|in|before) @
grace      \b(<stay_away>|<not> (\w+ ){0,2}<sign_in>)\b…@
grace      \b(hold|pause|delay|buffer|timer|countdown|queue|limbo)( period| time)? (of|runs( for)?|
           lasts) @
none       \byou (\w+ ){0,2}(have|get) @ to\b

# Records that are kept.
processing \bafter\b‥\bretention\b‥@[^@]*\b<delete>
none       \b(kept|keeps?|keeping|retain\w*|retention|stor(es?|ed|ing)|archiv\w*|preserv\w*|sav(es?|
           ed)|remains?|stays?|(?<!on )holds?|held|(backups?|back-ups?|
           logs)(?=… for @))\b(?! (in mind|track|an eye))((?!\b<asleep>\b|
           \b(<be>|and|then|later) (\w+ ){0,2}<delete>)[^@])*@(?!<then_deleted>)
none       @…\b(kept|retained|stored|archived|preserved|retention)\b
grace      \b<asleep>\b…\bfor @

# All other waits: the same again, an answer, the work itself.
cool_down  \bwait\b‥@…\b(repeat|retry|once more|1 more time|a second time|try again|start over|
           the same|(do|request|ask|delete|close|confirm) (\w+ ){0,3}again|(come|go) back|return)\b
review     \b(respon[ds]\w*|repl(y|ies|ied)|answer\w*|get back|contact you|reach out|approv\w*|
           verif\w*|acknowledg\w*|(will|to) (read|look|examine|check|inspect|deal)|receive|get|hear|
           contacted|let you know|inform you|notify you|(write|call|come|get)( to you)? back)\b…@|
           @…\b(respon[ds]\w*|repl(y|ies|ied)|answer|review\w*|approv\w*|get back|contact you|
           receive|hear)\b
processing \b(can|may|might|could) be @
processing <they>‥\b(must|has to|have to|needs? to|should)\b‥\b(within|in) @
processing <they>‥\b(have|has|had|got) @
processing \b(<delete>|<asleep>|wait\w*|complet\w*|effect|tak(es?|ing)|took|happen\w*|occur\w*|
           finish\w*|finali\w*|done|delay\w*|no longer|deadlines?|comply|compliance|allow|
           account goes|request\w*|schedul\w*|permanent\w*|irrevers\w*|execut\w*|later|(re)?acts?|
           is over|are over|fulfil\w*|honou?r\w*|dealt with|settled|sorted|actioned|carried out)\b
"""
ROLES = [(Role(name), compiled(pattern)) for name, pattern in rows(_ROLES)]

# Smaller questions; a sentence may fit one of several rules.
_QUESTIONS = r"""
# “Do not log in”, “stay signed out”.
stay_out       \b(?<!if you )(?<!when you )(?<!as you )(?<!that you )(do not|never|avoid|
               refrain from|must not|should not|not to|to not|\bwait\b.*\bwithout) ((try to|
               attempt to|ever|again|accidentally|trying to|even) )*<sign_in>\b(?! (with|using|
               anymore|because|due))
stay_out       \b(<stay_away>|be (logged|signed) (out|off))\b
stay_out       \bwithout (a |any )?(log|sign)[- ]?ins? (following|after|since) (your|the)\b
stay_out       \b(?<!you )stop (logging|using) (it|in|(the|your) (app|account|service|website|
               site))\b(?! for)
stay_out       \b(?<!you )(do not|never) (come|go) back\b
stay_out       \bwait\b[^,]*\bwithout (us|open|visit|access|touch)ing\b
stay_out       ^not (logging|signing|using|opening|visiting)\b
stay_out       \b(?<!if you )(do not|never|avoid|must not|should not) (us(e|ing)|open(ing)?|(access|
               touch|visit|launch)(ing)?) (it|(the|your) (app|account|service|website|
               site))\b(?! (to|with))

# “If you do not log in for 30 days”: a wait if the sentence holds one, else time without use.
if_out         \b(if|provided|as long as|when) (that )?there (is|are) no (\w+ )?(log|
               sign)[- ]?ins?\b
if_out         \b(if|when|(as|so) long as|provided( that)?|unless) you ((do|have|are|did) )?(not|
               never) (<sign_in>|use|access|open|visit|return|come back)\b

# “If you log in during that time, the deletion is cancelled.”
ruins          \b(if|should) you (\w+ ){0,2}<enter>\b.*\b(<cancelled>|again|start over)
ruins          \b<cancelled>\b.*\b(if|when|whenever|once|by|upon|unless|
               after) (you )?(\w+ ){0,5}?<sign_in>\b
ruins          \b(by|when|whenever|upon|once|any|each) (you )?((simply|
               just) )?<sign_in>\b.*\b<cancelled>
ruins          \b(logging|signing) (back )?(in|on)(to)?\b[^,]*\b<cancelled>
ruins          \b(to|can) (<cancelled>|stop)\b[^,]*,? ((you (can|must|have to|need to)|simply|just|
               by) )?<sign_in>\b
ruins          \b<sign_in>\b[^,]*\bto <cancelled>
ruins          ^<enter>\b[^,]*\b<cancelled>
ruins          \b(whoever|who|1 who) (\w+ )?<enter>\b.*\b<cancelled>
ruins          \bto <sign_in> and (<cancelled>|<undo>)
ruins          \b<undo>\b.*\b(by|just|simply|only have to|all you need is to) <sign_in>
ruins          \b(an?|1|any|every|each|another) (\w+ )?((log|sign)[- ]?in|visit)\b.*\b<cancelled>
ruins          \bunless you (\w+ )?<sign_in>\b
ruins          \b<signing_in>\b[^,]{0,40}\b(will|would|automatically)\b[^,]{0,30}\b<cancelled>
ruins          \b(trying|attempting) to <signing_in>\b.*\b<cancelled>

deletes        \b<delete>\b
about_a_call   \b(chat|call|phone|hold|queue|line|form|page|load|survey|captcha|button)\w*\b
asked          \b(<delete>|request\w*|submit\w*|confirm\w*|instructions)\b
to_ask         \b(?<!is )(?<!be )(?<!been )(delet\w*|remov\w*|eras\w*|clos(e|ing|ure)|request\w*|
               submit\w*|contact|write to|ask)\b
goes_on        ^(then|afterwards|after that)\b.*\b(again|repeat|the same)\b
has_time       \b(they|company|service|staff|team|support)\b‥\b(has|have|got) @ (to|by)\b
has_time       \b(giv(e|es|en)|allow\w*|grant\w*)‥@ to <answer>
unsaid         ^\W*(\w+[ :]+){0,3}@(\W+\w+){0,2}\W*$
unsaid         \b(say|says|said|told|promis\w*|claim\w*|expect\w*|reckon|count on|estimat\w*|final|
               duration|turn-?around|patien\w*|prepare\w*|give|given|arriv\w*|normal\w*|plan|
               usual\w*|typical\w*|average|most cases|worst case|through|(it|that|this|which|
               process) lasts?|need(s|ed)?|requir\w*|gets?|got|it was|in effect|work(s|ed)? for)\b
just_waits     \bwait( for)? @(?! (for|until|till|before|to) )
else_at_once   @.*\b(otherwise|else)\b.*\b(immediate|instant|at once|right away)
deleted_within \b<deleted>\b((?!\b<undo>)[^@])*@
in_sequence    \b(then|another|additional|further|after that|afterwards|subsequently|more)\b[^@]*@
in_sequence    @ (later|more)\b
"""
_ANSWERS: dict[str, list[re.Pattern[str]]] = {}
for _name, _pattern in rows(_QUESTIONS):
    _ANSWERS.setdefault(_name, []).append(compiled(_pattern))


def says(question: str, sentence: str) -> bool:
    """Whether the sentence fits a rule of the question."""
    return any(rule.search(sentence) for rule in _ANSWERS[question])
