"""A small catalogue of real names, in the languages in which people know them, to search in."""

from guides.domain import search
from guides.models import Service
from tests.factories import make_guide, make_service

# The address name: names, with other spellings, by language; domains.
SHELF: dict[str, tuple[dict[str, list[str]], list[str]]] = {
    "aliexpress": ({"en": ["AliExpress"], "ar": ["علي إكسبريس"]}, ["aliexpress.com"]),
    "amazon": (
        {"en": ["Amazon", "amzn"], "ar": ["أمازون", "سوق دوت كوم"]},
        ["amazon.com", "amazon.de", "amazon.co.uk", "audible.de"],
    ),
    "apple": ({"en": ["Apple", "iCloud"], "ar": ["آبل"]}, ["apple.com", "icloud.com"]),
    "booking-com": ({"en": ["Booking.com"]}, ["booking.com"]),
    "discord": ({"en": ["Discord"], "ar": ["ديسكورد"]}, ["discord.com", "discord.gg"]),
    "ebay": ({"en": ["eBay"], "ar": ["إيباي"]}, ["ebay.com", "ebay.de"]),
    "etsy": ({"en": ["Etsy"]}, ["etsy.com"]),
    "facebook": ({"en": ["Facebook", "fb"], "ar": ["فيسبوك"]}, ["facebook.com", "fb.com"]),
    "finn-no": ({"en": ["FINN.no"], "nb": ["FINN.no", "Finn torget"]}, ["finn.no"]),
    "google": ({"en": ["Google", "Gmail"], "ar": ["جوجل", "غوغل"]}, ["google.com", "gmail.com"]),
    "haugen-bank": ({"nb": ["Haugen Sparebank"]}, ["haugenbank.no"]),
    "instagram": ({"en": ["Instagram"], "ar": ["إنستغرام"]}, ["instagram.com"]),
    "komplett": ({"nb": ["Komplett"]}, ["komplett.no"]),
    "laerdal": ({"nb": ["Lærdal Bokklubb"]}, ["laerdalbok.no"]),
    "linkedin": ({"en": ["LinkedIn"], "ar": ["لينكد إن"]}, ["linkedin.com"]),
    "microsoft": ({"en": ["Microsoft", "Hotmail", "Outlook"]}, ["microsoft.com", "live.com"]),
    "netflix": ({"en": ["Netflix"], "ar": ["نتفليكس"]}, ["netflix.com"]),
    "noon": ({"en": ["noon"], "ar": ["نون"]}, ["noon.com"]),
    "okonomi": ({"nb": ["Økonomi på nett"]}, ["okonomi.example"]),
    "openai": ({"en": ["ChatGPT (OpenAI)"]}, ["openai.com", "chatgpt.com"]),
    "pinterest": ({"en": ["Pinterest"]}, ["pinterest.com"]),
    "prime-video": ({"en": ["Prime Video"]}, ["primevideo.com"]),
    "reddit": ({"en": ["Reddit"]}, ["reddit.com"]),
    "skatteetaten": ({"nb": ["Skatteetaten", "Ålesund skattekontor"]}, ["skatteetaten.no"]),
    "snapchat": ({"en": ["Snapchat"], "ar": ["سناب شات"]}, ["snapchat.com"]),
    "spotify": ({"en": ["Spotify"], "ar": ["سبوتيفاي"]}, ["spotify.com"]),
    "telegram": ({"en": ["Telegram"], "ar": ["تيليجرام"]}, ["telegram.org"]),
    "temu": ({"en": ["Temu"], "ar": ["تيمو"]}, ["temu.com"]),
    "tise": ({"nb": ["Tise"]}, ["tise.com"]),
    "vipps": ({"nb": ["Vipps MobilePay"]}, ["vipps.no", "mobilepay.dk"]),
    "vk": ({"en": ["VK/ВКонтакте"]}, ["vk.com"]),
    "whatsapp": ({"en": ["WhatsApp"], "ar": ["واتساب"]}, ["whatsapp.com"]),
    "wish": ({"en": ["Wish"]}, ["wish.com"]),
    "x": ({"en": ["X (Twitter)"], "ar": ["إكس (تويتر)"]}, ["x.com", "twitter.com"]),
    "youtube": ({"en": ["YouTube"], "ar": ["يوتيوب"]}, ["youtube.com", "youtu.be"]),
    "zalando": ({"en": ["Zalando"]}, ["zalando.com", "zalando.no"]),
}


def fill() -> None:
    services = [_put(slug, names, domains) for slug, (names, domains) in SHELF.items()]
    search.index(services)


def _put(slug: str, names: dict[str, list[str]], domains: list[str]) -> Service:
    service = make_service(slug, domains=domains)
    service.translations.all().delete()
    for language, (name, *others) in names.items():
        service.translations.create(language_code=language, name=name, other_names=others)
    make_guide(service=service)
    return service
