"""The shipped guides say every fact of the two articles Wayout was started from, in each language.

Reads the content files alone, without Django. A1-A16 and B1-B5 are the project's own numbers of
those facts; the table below pins each of them to the place that tells it.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

CONTENT = Path(__file__).parents[1] / "guides" / "content"
SERVICES = ("amazon", "aliexpress")
LANGUAGES = ("en", "ar", "nb")
GUIDE_TEXTS = ("summary", "title", "you_lose", "you_need")

CONTACT = ("amazon", "contact-customer-service")
PAGE = ("amazon", "closure-page")
COMPUTER = ("aliexpress", "computer")
PHONE = ("aliexpress", "phone")
ERASE = ("aliexpress", "erase-everything")

FactRow = tuple[str, str, str, dict[str, str]]

# fact: (service, guide, step key or name of a guide's text, the words that prove it per language)
FACTS: dict[str, FactRow] = {
    "A1": (
        *CONTACT,
        "you_lose",
        {
            "en": "Facebook and X (once Twitter) let you come back for a while. Amazon does not: a "
            "closed account cannot be restored or used again",
            "ar": "في فيسبوك وإكس (تويتر سابقًا) تبقى أمامك مدة للعودة، أما حساب أمازون المغلق فلا "
            "يمكن استعادته ولا استخدامه مرة أخرى",
            "nb": "Hos Facebook og X (tidligere Twitter) har du en tid på deg til å komme tilbake. "
            "En avsluttet Amazon-konto kan verken gjenopprettes eller brukes igjen",
        },
    ),
    "A2": (
        *CONTACT,
        "you_lose",
        {
            "en": "Everything tied to the account, such as your past purchases and the tracking of "
            "past deliveries",
            "ar": "كل ما يرتبط بالحساب، مثل مشترياتك السابقة وتتبّع الشحنات التي وصلتك",
            "nb": "Alt som hører til kontoen, for eksempel tidligere kjøp og sporingen av pakker "
            "du har fått",
        },
    ),
    "A3": (
        *CONTACT,
        "you_lose",
        {
            "en": "You cannot reach them with the closed account; to talk to them again you need "
            "a new one",
            "ar": "لا يمكنك الوصول إليها بالحساب المغلق، وإذا احتجت إليها مرة أخرى فعليك إنشاء "
            "حساب جديد",
            "nb": "Du når dem ikke med den avsluttede kontoen. Vil du snakke med dem igjen, "
            "trenger du en ny",
        },
    ),
    "A4": (
        *CONTACT,
        "sign-in",
        {
            "en": "on the website or in the app, with your e-mail address and password",
            "ar": "من الموقع أو من التطبيق، ببريدك الإلكتروني وكلمة المرور",
            "nb": "på nettstedet eller i appen med e‑postadressen og passordet ditt",
        },
    ),
    "A5": (
        *CONTACT,
        "open-account-settings",
        {
            "en": "Open the main menu and go to Accounts and settings",
            "ar": "افتح القائمة الرئيسية وانتقل إلى Accounts and settings (الحسابات والإعدادات)",
            "nb": "Åpne hovedmenyen og gå til Accounts and settings («kontoer og innstillinger»)",
        },
    ),
    "A6": (
        *CONTACT,
        "open-contact-us",
        {
            "en": "no delete button here to search for. You send a request, the company approves "
            "it, and then the account is erased",
            "ar": "لا يوجد هنا زر للحذف كي تبحث عنه. أنت ترسل طلبًا، ثم توافق عليه الشركة، وبعدها "
            "يُمحى الحساب",
            "nb": "ingen sletteknapp å lete etter. Du sender en forespørsel, selskapet godkjenner "
            "den, og så blir kontoen slettet",
        },
    ),
    "A7": (
        *CONTACT,
        "open-contact-us",
        {
            "en": "Find Contact us and open it",
            "ar": "ابحث عن Contact us (اتصل بنا) وافتح",
            "nb": "Finn Contact us («kontakt oss») og åpne",
        },
    ),
    "A8": (
        *CONTACT,
        "choose-close-account",
        {
            "en": "Choose the section about settings and your account. Then choose Close Amazon "
            "account",
            "ar": "اختر القسم الخاص بالإعدادات والحساب. ثم اختر Close Amazon account (إغلاق حساب "
            "أمازون)",
            "nb": "Velg delen som handler om innstillinger og konto. Velg deretter Close Amazon "
            "account («avslutt Amazon-konto»)",
        },
    ),
    "A9": (
        *CONTACT,
        "send-request",
        {
            "en": "how you want to be contacted. E-mail is the better choice: give your address",
            "ar": "كيف تريد أن تتواصل معك. البريد الإلكتروني هو الخيار الأفضل: اكتب عنوانك",
            "nb": "hvordan du vil bli kontaktet. E‑post er det beste valget: Oppgi adressen din",
        },
    ),
    "A10": (
        *CONTACT,
        "approval",
        {
            "en": "customer service writes to you with the steps still required to finish. Follow "
            "them",
            "ar": "ستراسلك خدمة العملاء وتخبرك بالخطوات المتبقية لإتمام الإغلاق، فاتبعها",
            "nb": "Kundeservice skriver til deg om trinnene som gjenstår før alt er ferdig. Følg "
            "dem",
        },
    ),
    "A11": (
        *CONTACT,
        "approval",
        {
            "en": "about four days until Amazon approves",
            "ar": "نحو أربعة أيام إلى أن توافق أمازون",
            "nb": "omtrent fire dager før Amazon godkjenner",
        },
    ),
    "A12": (
        *CONTACT,
        "approval",
        {
            "en": "better not to sign in at all, neither in the app nor in a browser",
            "ar": "من الأفضل ألا تسجّل الدخول إطلاقًا، لا من التطبيق ولا من المتصفح",
            "nb": "bør du ikke logge inn i det hele tatt, verken i appen eller i en nettleser",
        },
    ),
    "A13": (
        *CONTACT,
        "sign-out-phones",
        {
            "en": "You may still be signed in to Amazon's mobile app. Open it only to sign out: "
            "choose Sign out in the app's side menu",
            "ar": "ربما ما زلت مسجّل الدخول في تطبيق أمازون. افتحه لتسجيل الخروج فقط: اختر Sign out "
            "(تسجيل الخروج) من القائمة الجانبية للتطبيق",
            "nb": "Det kan hende at du fortsatt er logget inn i Amazon-appen. Åpne den bare for å "
            "logge ut: Velg Sign out («logg ut») i sidemenyen i appen",
        },
    ),
    "A14": (
        *CONTACT,
        "sign-out-phones",
        {
            "en": "signed in on several phones, sign out on every one",
            "ar": "مسجّل الدخول على أكثر من هاتف، فسجّل الخروج من كل واحد منها",
            "nb": "logget inn på flere telefoner, må du logge ut på alle sammen",
        },
    ),
    "A15": (
        *CONTACT,
        "tell-sharers",
        {
            "en": "shared your login with friends? Ask them not to sign in during the waiting "
            "period",
            "ar": "أعطيت أصدقاءك بيانات دخولك؟ اطلب منهم ألا يسجّلوا الدخول خلال فترة الانتظار",
            "nb": "delt innloggingen med venner? Be dem la være å logge inn i ventetiden",
        },
    ),
    "A16": (
        *CONTACT,
        "download-orders",
        {
            "en": "Before you start, download what you may need, such as records of past orders. "
            "They help if you want to exchange or return something",
            "ar": "قبل أن تبدأ، نزّل ما قد تحتاج إليه، مثل سجلّ طلباتك السابقة. سيفيدك إذا أردت "
            "استبدال منتج أو إرجاعه",
            "nb": "Før du begynner, bør du laste ned det du kan få bruk for, for eksempel "
            "oversikten over tidligere bestillinger. Den er god å ha hvis du vil bytte eller "
            "returnere noe",
        },
    ),
    "elsewhere-data-copy": (
        *CONTACT,
        "download-orders",
        {
            "en": "the page where Amazon lets you ask for a copy of your data",
            "ar": "الصفحة التي تطلب فيها من أمازون نسخة من بياناتك",
            "nb": "siden der du kan be Amazon om en kopi av dataene dine",
        },
    ),
    "elsewhere-own-page": (
        *PAGE,
        "open-closure-page",
        {
            "en": "It is Amazon's own page, and a second way beside asking customer service",
            "ar": "هذه صفحة أمازون نفسها، وهي طريقة ثانية إلى جانب مراسلة خدمة العملاء",
            "nb": "Dette er Amazons egen side, og en annen vei enn å gå gjennom kundeservice",
        },
    ),
    "elsewhere-reason": (
        *PAGE,
        "choose-reason",
        {
            "en": "Choose a reason for leaving. Then read what stands beside the box, and tick it",
            "ar": "اختر سبب مغادرتك. اقرأ المكتوب بجانب المربّع، ثم ضع علامة فيه",
            "nb": "Velg en grunn til at du vil slutte. Les det som står ved siden av "
            "avkrysningsboksen, og kryss av",
        },
    ),
    "elsewhere-button": (
        *PAGE,
        "request-closure",
        {
            "en": "Press Close My Account",
            "ar": "اضغط Close My Account (إغلاق حسابي)",
            "nb": "Trykk på Close My Account («avslutt kontoen min»)",
        },
    ),
    "elsewhere-link": (
        *PAGE,
        "confirm-link",
        {
            "en": "The link is valid for a limited time, five days according to Amazon",
            "ar": "الرابط صالح لمدة محدودة، وهي خمسة أيام بحسب أمازون",
            "nb": "Lenken gjelder bare en begrenset tid, fem dager ifølge Amazon",
        },
    ),
    "elsewhere-sources-disagree": (
        *PAGE,
        "approval",
        {
            "en": "Sources disagree on how long this takes",
            "ar": "تختلف المصادر في مدة الانتظار",
            "nb": "Kildene er uenige om hvor lang tid dette tar",
        },
    ),
    "B1": (
        *COMPUTER,
        "summary",
        {
            "en": "You need not justify leaving: the data are yours",
            "ar": "لست مضطرًا إلى تبرير رحيلك، فالبيانات ملكك",
            "nb": "Du trenger ikke å begrunne at du slutter, for dataene er dine",
        },
    ),
    "B2": (
        *COMPUTER,
        "summary",
        {
            "en": "having your data erased is a separate request, made on AliExpress's privacy "
            "page",
            "ar": "أما محو بياناتك فطلب منفصل تقدّمه في صفحة الخصوصية لدى علي إكسبريس",
            "nb": "å få dataene slettet er noe annet, som du ber om på personvernsiden til "
            "AliExpress",
        },
    ),
    "B3": (
        *PHONE,
        "open-browser",
        {
            "en": "Closing works on the website only: the app has never offered it",
            "ar": "إغلاق الحساب ممكن من الموقع فقط، فالتطبيق لم يوفّر ذلك قط",
            "nb": "Kontoen kan bare avsluttes på nettstedet: Appen har aldri hatt denne muligheten",
        },
    ),
    "B4": (
        *COMPUTER,
        "you_lose",
        {
            "en": "The account and your access to it. - Your contacts, messages and posts, at "
            "AliExpress and at its owner Alibaba",
            "ar": "حسابك وإمكانية الدخول إليه. - جهات اتصالك ورسائلك ومنشوراتك، في علي إكسبريس "
            "ولدى الشركة المالكة له، علي بابا",
            "nb": "Kontoen og tilgangen til den. - Kontakter, meldinger og innlegg, både hos "
            "AliExpress og hos eieren Alibaba",
        },
    ),
    "B5": (
        *COMPUTER,
        "processing",
        {
            "en": "up to 24 hours until your request is processed. If you can still sign in "
            "meanwhile, that is no cause for worry",
            "ar": "قد تستغرق معالجة طلبك ما يصل إلى 24 ساعة. وإذا ظلّ بإمكانك تسجيل الدخول في هذه "
            "الأثناء، فلا داعي للقلق",
            "nb": "opptil 24 timer å behandle forespørselen. At du fortsatt kan logge inn imens, "
            "er ingen grunn til bekymring",
        },
    ),
    "computer-1": (
        *COMPUTER,
        "sign-in",
        {
            "en": "official website and sign in, just as you would to buy something",
            "ar": "افتح موقع علي إكسبريس الرسمي وسجّل الدخول، تمامًا كما تفعل عند الشراء",
            "nb": "det offisielle nettstedet til AliExpress og logg inn, akkurat som når du skal "
            "handle",
        },
    ),
    "computer-2": (
        *COMPUTER,
        "open-profile",
        {
            "en": "Open My AliExpress. That is your profile",
            "ar": "افتح My AliExpress (حسابي في علي إكسبريس). هذا هو ملفك الشخصي",
            "nb": "Åpne My AliExpress («mitt AliExpress»). Det er profilen din",
        },
    ),
    "computer-3": (
        *COMPUTER,
        "edit-profile",
        {
            "en": "Open the account settings. From there, open the section where you edit your "
            "member profile",
            "ar": "افتح إعدادات الحساب. ومنها افتح القسم الذي تعدّل فيه ملف عضويتك",
            "nb": "Åpne kontoinnstillingene. Derfra går du til delen der du redigerer "
            "medlemsprofilen",
        },
    ),
    "computer-4": (
        *COMPUTER,
        "deactivate",
        {
            "en": "a blue button. It is usually in English: Deactivate account",
            "ar": "زر أزرق، مكتوب عليه عادةً بالإنجليزية: Deactivate account (تعطيل الحساب)",
            "nb": "en blå knapp. Teksten er som regel på engelsk: Deactivate account («deaktiver "
            "konto»)",
        },
    ),
    "computer-5": (
        *COMPUTER,
        "confirm",
        {
            "en": "Confirm, and fill in what is asked, such as your reason. Here you can also cut "
            "the link to your e-mail address, so that no more advertising comes",
            "ar": "أكّد طلبك واملأ ما يُطلب منك، مثل سبب المغادرة. يمكنك هنا أيضًا إلغاء ربط بريدك "
            "الإلكتروني بالحساب، فلا تصلك إعلانات بعد ذلك",
            "nb": "Bekreft, og fyll ut det du blir spurt om, for eksempel grunnen. Her kan du også "
            "koble fra e‑postadressen din, slik at du slipper mer reklame",
        },
    ),
    "phone-1": (
        *PHONE,
        "open-browser",
        {
            "en": "Open a browser tab and go to the AliExpress website",
            "ar": "افتح علامة تبويب في المتصفح وانتقل إلى موقع علي إكسبريس",
            "nb": "Åpne en fane i nettleseren og gå til nettstedet til AliExpress",
        },
    ),
    "phone-2": (
        *PHONE,
        "open-menu",
        {
            "en": "the button at the top right to open the browser's menu",
            "ar": "الزر الموجود في أعلى الشاشة على اليمين لفتح قائمة المتصفح",
            "nb": "knappen øverst til høyre for å åpne menyen i nettleseren",
        },
    ),
    "phone-3": (
        *PHONE,
        "desktop-view",
        {
            "en": "Tick Desktop site in the menu. The words may be a little different",
            "ar": "ضع علامة أمام Desktop site (موقع سطح المكتب) في القائمة. قد تختلف العبارة",
            "nb": "Kryss av for Desktop site («skrivebordsversjon») i menyen. Ordlyden kan være "
            "litt annerledes",
        },
    ),
    "phone-4": (
        *PHONE,
        "page-loaded",
        {
            "en": "until the page has loaded. Then the most important part is done",
            "ar": "حتى يكتمل تحميل الصفحة. بذلك تكون قد أنجزت الجزء الأهم",
            "nb": "Når siden er lastet inn, er det viktigste gjort",
        },
    ),
    "phone-5": (
        *PHONE,
        "continue-as-on-a-computer",
        {
            "en": "follow every step of the computer guide. If you are asked whether to stay on "
            "the desktop version, always say yes",
            "ar": "اتبع الآن كل خطوة من خطوات دليل الكمبيوتر. إذا سُئلت هل تريد البقاء في نسخة سطح "
            "المكتب، فأجب دائمًا بنعم",
            "nb": "alle trinnene i veiledningen for datamaskin. Blir du spurt om du vil fortsette "
            "med skrivebordsversjonen, svarer du alltid ja",
        },
    ),
    "erase-1": (
        *ERASE,
        "open-privacy-page",
        {
            "en": "Open AliExpress's privacy page and sign in. A computer is more comfortable; on "
            "a phone you need the desktop view",
            "ar": "افتح صفحة الخصوصية في علي إكسبريس وسجّل الدخول. استخدام الكمبيوتر أكثر راحة، أما "
            "على الهاتف فتحتاج إلى عرض سطح المكتب",
            "nb": "Åpne personvernsiden til AliExpress og logg inn. Det er mest behagelig på en "
            "datamaskin, og på telefonen trenger du skrivebordsvisning",
        },
    ),
    "erase-2": (
        *ERASE,
        "delete-my-account",
        {
            "en": "Press Delete my account",
            "ar": "اضغط Delete my account (حذف حسابي)",
            "nb": "Trykk på Delete my account («slett kontoen min»)",
        },
    ),
    "erase-3": (
        *ERASE,
        "warning",
        {
            "en": "A warning appears. Press Delete my account again",
            "ar": "سيظهر لك تحذير. اضغط Delete my account (حذف حسابي) مرة أخرى",
            "nb": "Det kommer opp en advarsel. Trykk på Delete my account («slett kontoen min») en "
            "gang til",
        },
    ),
    "erase-4": (
        *ERASE,
        "code",
        {
            "en": "Open the e-mail account tied to AliExpress and copy the confirmation code. "
            "Paste it where AliExpress asks for it",
            "ar": "افتح البريد الإلكتروني المرتبط بحسابك وانسخ رمز التأكيد. ثم الصقه حيث يطلبه منك "
            "الموقع",
            "nb": "Åpne e‑postkontoen som er knyttet til AliExpress, og kopier bekreftelseskoden. "
            "Lim den inn der AliExpress ber om den",
        },
    ),
    "erase-5": (
        *ERASE,
        "agree",
        {
            "en": "Accept what is shown, by typing agree or by confirming. If one more window "
            "opens, choose Delete my account once more",
            "ar": "وافق على ما يظهر لك، بكتابة الكلمة الإنجليزية agree (أوافق) أو بتأكيد العملية. "
            "إذا فُتحت نافذة أخرى، فاختر Delete my account (حذف حسابي) مرة أخرى",
            "nb": "Godta det som vises, ved å skrive det engelske ordet agree («enig») eller ved å "
            "bekrefte. Åpnes det enda et vindu, velger du Delete my account («slett kontoen min») "
            "en gang til",
        },
    ),
    "erase-after": (
        *ERASE,
        "erasure",
        {
            "en": "There is no way back now, only a wholly new account. All your data are erased "
            "within 24 hours from the database of Alibaba",
            "ar": "لا سبيل إلى العودة الآن إلا بحساب جديد تمامًا. تُمحى كل بياناتك خلال 24 ساعة من "
            "قاعدة بيانات علي بابا",
            "nb": "Nå er det ingen vei tilbake: Vil du inn igjen, må du lage en helt ny konto. "
            "Alle dataene dine slettes innen 24 timer fra databasen til Alibaba",
        },
    ),
}

# facts that are numbers or addresses: what service.toml says of the same step
STEP_FACTS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "A11": (*CONTACT, "approval", {"wait_shortest": "4 days", "wait_longest": "4 days"}),
    "A12": (*CONTACT, "approval", {"stay_signed_out": True}),
    "B5": (*COMPUTER, "processing", {"wait_longest": "24 hours"}),
    "phone-5": (*PHONE, "continue-as-on-a-computer", {"continues_with": "aliexpress/computer"}),
    "erase-after": (*ERASE, "erasure", {"wait_longest": "24 hours"}),
    "elsewhere-link": (
        *PAGE,
        "confirm-link",
        {"do_within": "5 days", "goes_back_to": "request-closure"},
    ),
    "elsewhere-sources-disagree": (
        *PAGE,
        "approval",
        {"wait_shortest": "12 hours", "wait_longest": "2 weeks", "stay_signed_out": True},
    ),
    "elsewhere-data-copy": (
        *CONTACT,
        "download-orders",
        {"link": "https://www.amazon.com/hz/privacy-central/data-requests/preview.html"},
    ),
    "elsewhere-own-page": (
        *PAGE,
        "open-closure-page",
        {"link": "https://www.amazon.com/privacy/data-deletion"},
    ),
    "elsewhere-privacy-page": (
        *ERASE,
        "open-privacy-page",
        {"link": "https://privacy.aliexpress.com/home#/request/delete"},
    ),
}


def read(service: str, name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / service / f"{name}.toml").read_text(encoding="utf-8"))


def text_at(words: dict[str, Any], guide: str, place: str) -> str:
    """The text in one place of a language file, on one line and without its bold marks."""
    texts = words["guides"][guide]
    text = texts[place] if place in GUIDE_TEXTS else texts["steps"][place]["body"]
    return " ".join(text.replace("**", "").split())


def step_facts(service: str, guide: str, key: str) -> dict[str, Any]:
    guides = {each["slug"]: each for each in read(service, "service")["guides"]}
    return {each["key"]: each for each in guides[guide]["steps"]}[key]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fact", FACTS)
def test_fact_is_told(fact: str, language: str) -> None:
    service, guide, place, phrases = FACTS[fact]
    assert phrases[language] in text_at(read(service, language), guide, place)


@pytest.mark.parametrize("fact", STEP_FACTS)
def test_step_carries_the_fact(fact: str) -> None:
    service, guide, key, expected = STEP_FACTS[fact]
    step = step_facts(service, guide, key)
    assert {name: step.get(name) for name in expected} == expected


@pytest.mark.parametrize("fact", FACTS)
def test_row_covers_every_language(fact: str) -> None:
    phrases = FACTS[fact][-1]
    assert tuple(phrases) == LANGUAGES
    assert all(phrases.values())


def test_every_numbered_fact_has_a_row() -> None:
    numbered = {f"A{number}" for number in range(1, 17)} | {f"B{number}" for number in range(1, 6)}
    listed = {
        f"{guide}-{number}" for guide in ("computer", "phone", "erase") for number in range(1, 6)
    }
    elsewhere = {fact for fact in FACTS if fact.startswith("elsewhere-")}
    assert set(FACTS) - elsewhere == numbered | listed | {"erase-after"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_ways_to_leave_amazon_name_the_same_losses(language: str) -> None:
    words = read("amazon", language)
    assert text_at(words, PAGE[1], "you_lose") == text_at(words, CONTACT[1], "you_lose")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("service", SERVICES)
def test_words_match_the_guides(service: str, language: str) -> None:
    words = read(service, language)
    guides = read(service, "service")["guides"]
    assert set(words) == {"name", "other_names", "about", "guides"}
    assert list(words["guides"]) == [guide["slug"] for guide in guides]
    for guide in guides:
        texts = words["guides"][guide["slug"]]
        assert set(texts) == {*GUIDE_TEXTS, "steps"}
        assert list(texts["steps"]) == [step["key"] for step in guide["steps"]]
        assert all(set(step) == {"title", "body"} for step in texts["steps"].values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("service", SERVICES)
def test_nothing_is_left_empty(service: str, language: str) -> None:
    words = read(service, language)
    assert words["name"]
    assert words["about"]
    for texts in words["guides"].values():
        assert all(texts[name].strip() for name in GUIDE_TEXTS)
        assert all(text.strip() for step in texts["steps"].values() for text in step.values())
