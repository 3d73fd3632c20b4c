"""The content files of a small service with two guides, to be loaded, changed and broken."""

from datetime import UTC, datetime

from guides.domain import content, content_files, describing
from guides.models import Service, Step

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LANGUAGES = ("en", "ar", "nb")

FACTS = """\
slug = "shop"
domains = ["shop.example", "shop.no"]

[[guides]]
slug = "website"
goal = "close"
channel = "website"
difficulty = "easy"
undo = "never"
checked_on = 2026-11-22
published = true

[[guides.sources]]
name = "The shop"
url = "https://shop.example/help"

[[guides.steps]]
key = "ask"
kind = "act"

[[guides.steps]]
key = "confirm"
kind = "act"
final = true
do_within = "5 days"
goes_back_to = "ask"

[[guides.steps]]
key = "review"
kind = "wait"
wait_shortest = "24 hours"
wait_longest = "4 days"
wait_reason = "review"
stay_signed_out = true

[[guides]]
slug = "app"
goal = "close"
channel = "app"
difficulty = "medium"
undo = "never"

[[guides.steps]]
key = "go-on"
kind = "act"
continues_with = "shop/website"
"""
WORDS = """\
name = "Shop"
other_names = ["Shoppe"]

[guides.website]
title = "On the website"

[guides.website.steps.ask]
title = "Ask them"
body = "Write to them."

[guides.app]
title = "In the app"
"""
ARABIC = 'name = "متجر"\n\n[guides.website]\ntitle = "على الموقع"\n'


def write(directory, slug, texts):
    (directory / slug).mkdir(exist_ok=True)
    for name, text in texts.items():
        (directory / slug / f"{name}.toml").write_text(text, encoding="utf-8")
    return directory


def change(files, old, new, name="service"):
    path = files / "shop" / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def load(files, **more):
    return content.load(contents=content_files.read(files, LANGUAGES), now=NOW, **more)


def everything():
    """All rows of the catalogue, but for their ids."""
    rows = []
    for service in Service.objects.all():
        described = describing.describe(service)
        steps = list(Step.objects.values_list("key", "position", "retired_at"))
        rows.append((described, steps, list(service.search_keys.values_list("key", flat=True))))
    return rows
