"""Open data: what is served fits its schema, is the same for everybody, and holds no draft."""

import gzip
import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from guides.domain import content_files, describing
from guides.models import Guide, Origin, Service, Step
from tests import lists
from tests.domain import shop
from tests.factories import make_guide, make_service, make_step, make_user, make_way

pytestmark = pytest.mark.django_db

SCHEMA = json.loads(Path(settings.BASE_DIR, "templates/api/v1.json").read_text())
NOTED = {"notes": "It takes up to 30 days.", "notes_ar": "يستغرق ثلاثين يوما."}


@cache
def strict(kind: str) -> Draft202012Validator:
    """The schema of one kind of document, which takes nothing besides what it names."""
    schema = deepcopy(SCHEMA)
    schema["oneOf"] = [{"$ref": f"#/$defs/{kind}"}]
    _forbid_others(schema)
    return Draft202012Validator(schema)


def _forbid_others(part: Any) -> None:
    if isinstance(part, dict):
        if "properties" in part:
            part["additionalProperties"] = False
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            _forbid_others(each)


def fetch(path: str, status: int = 200, **options: Any) -> Any:
    response = Client().get(path, **options)
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    return response.json()


def wrong(kind: str, document: Any) -> list[str]:
    return [error.message for error in strict(kind).iter_errors(document)]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A shop with two guides, one of them a draft, loaded from its files."""
    texts = {"service": shop.FACTS, "en": shop.WORDS, "ar": shop.ARABIC}
    shop.load(shop.write(tmp_path, "shop", texts))
    return tmp_path


# --- The schema -----------------------------------------------------------------------------------


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert fetch("/api/schema/v1.json") == SCHEMA


def test_the_schema_names_what_files_can_say() -> None:
    names = {name: set(SCHEMA["$defs"][name]["properties"]) for name in ("guide", "step", "words")}
    tables = {
        "guide": content_files.GUIDE,
        "step": content_files.STEP,
        "words": content_files.SERVICE_WORDS,
    }
    wanted = {name: {*t.required, *t.optional, *t.nested} for name, t in tables.items()}
    assert names == wanted


@pytest.mark.parametrize(
    ("place", "choices"),
    [
        ("guide.goal", Guide.Goal),
        ("guide.channel", Guide.Channel),
        ("guide.difficulty", Guide.Difficulty),
        ("guide.undo", Guide.Undo),
        ("step.kind", Step.Kind),
        ("step.wait_reason", Step.WaitReason),
        ("step.wait_certainty", Step.Certainty),
    ],
)
def test_the_schema_names_every_choice(place: str, choices: Any) -> None:
    table, name = place.split(".")
    assert SCHEMA["$defs"][table]["properties"][name]["enum"] == choices.values


def test_all_that_is_shipped_fits_the_schema() -> None:
    call_command("load_content", verbosity=0)
    listing = fetch("/api/services.json")
    assert wrong("services", listing) == []
    slugs = [each["facts"]["slug"] for each in listing["services"]]
    documents = [fetch(f"/api/services/{slug}.json") for slug in slugs]
    assert {each["facts"]["slug"]: wrong("service", each) for each in documents} == {
        slug: [] for slug in sorted(path.name for path in settings.CONTENT_DIR.iterdir())
    }


def test_what_is_imported_fits_the_schema(tmp_path: Path) -> None:
    rows = [
        lists.entry("Gizmo", **NOTED),
        lists.entry("Gadget", difficulty="hard", email="bye@gadget.example"),
        lists.entry("Bücher", domains=["bücher.example"], notes_x="?", **{"notes_pt-BR": "Sim."}),
    ]
    lists.load(tmp_path, *rows)
    listing = fetch("/api/services.json")
    assert wrong("services", listing) == []
    documents = [
        fetch(f"/api/services/{each['facts']['slug']}.json") for each in listing["services"]
    ]
    assert [wrong("service", each) for each in documents] == [[], [], []]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/lookup", 400, "no_domain"),
        ("/api/lookup?domain=nowhere.example", 404, "unknown_domain"),
        ("/api/services/nowhere.json", 404, "unknown_service"),
    ],
)
def test_errors_fit_the_schema(path: str, status: int, code: str) -> None:
    document = fetch(path, status)
    assert (wrong("error", document), document["error"]["code"]) == ([], code)


def test_a_document_of_one_kind_is_none_of_another(files: Path) -> None:
    document = fetch("/api/services/shop.json")
    assert [bool(wrong(kind, document)) for kind in ("services", "service", "error")] == [
        True,
        False,
        True,
    ]
    assert wrong("service", document | {"surprise": 1}) != []


# --- What is in it --------------------------------------------------------------------------------


def test_a_service_is_what_its_files_say_without_drafts(files: Path) -> None:
    (read,) = content_files.read(files, shop.LANGUAGES)
    document = fetch("/api/services/shop.json")
    facts = json.loads(json.dumps(read.facts, default=str))
    assert document["facts"] == facts | {"guides": facts["guides"][:1]}
    del read.words["en"]["guides"]["app"]
    assert document["words"] == read.words


def test_a_service_says_where_its_schema_and_pages_are(files: Path) -> None:
    document = fetch("/api/services/shop.json")
    said = {key: document[key] for key in document.keys() - {"facts", "words"}}
    assert said == {
        "$schema": "http://testserver/api/schema/v1.json",
        "version": 1,
        "licence": {"name": "MIT", "url": "https://opensource.org/license/mit"},
        "pages": {code: f"http://testserver/{code}/services/shop/" for code in ("en", "ar", "nb")},
        "imported": {},
    }
    assert {Client().get(page).status_code for page in document["pages"].values()} == {200}


def test_the_list_has_the_facts_of_each_service_in_brief(files: Path) -> None:
    (only,) = fetch("/api/services.json")["services"]
    whole = fetch("/api/services/shop.json")
    (guide,) = whole["facts"]["guides"]
    brief = {key: guide[key] for key in guide.keys() - {"steps", "sources"}}
    assert only == {
        "facts": whole["facts"] | {"guides": [brief]},
        "words": {"ar": {"name": "متجر"}, "en": {"name": "Shop", "other_names": ["Shoppe"]}},
        "pages": whole["pages"],
        "document": "http://testserver/api/services/shop.json",
    }


def test_what_is_imported_says_under_which_licence_its_notes_are(tmp_path: Path) -> None:
    lists.load(tmp_path, lists.entry(**NOTED))
    document = fetch("/api/services/gizmo.json")
    assert document["imported"] == {
        "justdeleteme": {
            "list": "JustDeleteMe",
            "url": "https://justdeleteme.xyz/",
            "entry": "Gizmo",
            "licence": Origin.objects.get().licence,
            "read_on": "2026-11-22",
            "notes": {
                "en": {
                    "text": "It takes up to 30 days.",
                    "link": "https://gizmo.example/delete",
                },
                "ar": {"text": "يستغرق ثلاثين يوما."},
            },
        }
    }
    assert document["facts"]["domains"] == ["gizmo.example"]
    assert "checked_on" not in document["facts"]["guides"][0]
    assert set(document["words"]) == {"en", "ar", "nb"}


def test_nothing_that_is_not_published_gets_out(tmp_path: Path) -> None:
    make_step(make_guide("draft", service=make_service("secret"), is_published=False))
    make_service("empty", domains=["empty.example"])
    lists.load(tmp_path, lists.entry())
    Guide.objects.filter(origin__isnull=False).update(is_published=False)
    assert fetch("/api/services.json")["services"] == []
    for slug in ("secret", "empty", "gizmo"):
        fetch(f"/api/services/{slug}.json", 404)
    for domain in ("empty.example", "gizmo.example"):
        fetch(f"/api/lookup?domain={domain}", 404)


# --- Asking by domain -----------------------------------------------------------------------------


@pytest.fixture
def shops() -> None:
    domains = {
        "amazon": ["amazon.com", "amazon.co.uk"],
        "audible": ["audible.amazon.com"],
        "bucher": ["xn--bcher-kva.example"],
    }
    for slug, names in domains.items():
        make_way("ask", guide=make_guide(service=make_service(slug, domains=names)))


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("amazon.com", "amazon"),
        ("AMAZON.com", "amazon"),
        ("amazon.com.", "amazon"),
        ("www.amazon.co.uk", "amazon"),
        ("smile.amazon.com", "amazon"),
        ("audible.amazon.com", "audible"),
        ("read.audible.amazon.com", "audible"),
        (" https://www.amazon.com:443/gp/help?x=1#y ", "amazon"),
        ("http://me:secret@amazon.com/", "amazon"),
        ("bücher.example", "bucher"),
        ("BÜCHER.example", "bucher"),
        ("shop.xn--bcher-kva.example", "bucher"),
    ],
)
def test_a_service_is_found_by_its_domain(shops: None, address: str, slug: str) -> None:
    document = fetch("/api/lookup", query_params={"domain": address})
    assert document == fetch(f"/api/services/{slug}.json")


def test_a_draft_does_not_stand_before_what_is_published(shops: None) -> None:
    make_guide(service=make_service("aws", domains=["aws.amazon.com"]), is_published=False)
    document = fetch("/api/lookup?domain=console.aws.amazon.com")
    assert document["facts"]["slug"] == "amazon"


@pytest.mark.parametrize("address", ["notamazon.com", "com", "co.uk", "amazon.com.example"])
def test_a_domain_that_is_nobodys_is_not_found(shops: None, address: str) -> None:
    status = 404 if "." in address else 400
    fetch("/api/lookup", status, query_params={"domain": address})


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?url=amazon.com",
        "?domain=",
        "?domain=%20",
        "?domain=amazon",
        "?domain=a b.c",
        "?domain=..",
        "?domain=http://[",
        "?domain=%00amazon.com",
        "?domain=amazon.com%00",
        "?domain=%F0%28%8C.com",
        f"?domain={quote('é' * 300)}.com",
        f"?domain={'a' * 10_000}.com",
        f"?domain=amazon.com/{'a' * 10_000}",
    ],
)
def test_what_is_no_domain_is_refused_with_a_reason(shops: None, query: str) -> None:
    document = fetch(f"/api/lookup{query}", 400)
    assert document["error"]["message"] == "Ask with ?domain= and a domain such as amazon.com."


# --- For every program, for nobody in particular --------------------------------------------------

PATHS = ["/api/services.json", "/api/services/shop.json", "/api/lookup?domain=shop.no"]
PATHS += ["/api/schema/v1.json"]


@pytest.mark.parametrize("path", [*PATHS, "/api/lookup", "/api/services/no.json", "/api/nothing"])
def test_every_answer_may_be_read_by_every_page(files: Path, path: str) -> None:
    headers = Client().get(path, headers={"Origin": "https://elsewhere.example"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert {"Access-Control-Allow-Credentials", "Set-Cookie", "Vary"} & headers.keys() == set()


@pytest.mark.parametrize("path", PATHS)
def test_what_is_packed_is_kept_for_those_who_can_unpack_it(files: Path, path: str) -> None:
    for _ in range(2):  # the second time perhaps as it was kept
        packed = Client().get(path, headers={"Accept-Encoding": "gzip"})
        assert (packed["Content-Encoding"], packed["Vary"]) == ("gzip", "Accept-Encoding")
        assert gzip.decompress(packed.content) == Client().get(path).content


@pytest.mark.parametrize("path", PATHS)
def test_it_is_the_same_for_everybody(files: Path, path: str) -> None:
    alice = Client(headers={"Accept-Language": "ar", "Authorization": "Basic x"})
    alice.force_login(make_user(language="ar"))
    with CaptureQueriesContext(connection) as queries:
        asked = f"{path}{'&' if '?' in path else '?'}language=ar&next=/ar/"
        hers = alice.get(asked)
    assert [query["sql"] for query in queries if "session" in query["sql"]] == []
    nobodys = Client().get(path)
    assert (hers.content, dict(hers.headers)) == (nobodys.content, dict(nobodys.headers))
    assert (hers.cookies, nobodys.cookies) == ({}, {})


@pytest.mark.parametrize("path", PATHS)
def test_nothing_but_reading_is_possible(files: Path, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    for method in ("post", "put", "patch", "delete"):
        refused = getattr(client, method)(path)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    head = client.head(path)
    assert (head.content, head["ETag"]) == (b"", client.get(path)["ETag"])


def test_a_page_may_ask_first_whether_it_may_ask() -> None:
    response = Client().options("/api/services.json", headers={"Origin": "https://x.example"})
    said = {name: value for name, value in response.items() if name.startswith("Access-Control")}
    assert (response.status_code, said) == (
        204,
        {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "If-None-Match",
            "Access-Control-Expose-Headers": "ETag",
            "Access-Control-Max-Age": "86400",
        },
    )
    assert response["X-Content-Type-Options"] == "nosniff"


# --- Keeping it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_who_has_it_already_is_told_so(files: Path, path: str) -> None:
    first = Client().get(path)
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert again["Access-Control-Allow-Origin"] == "*"
    assert first["Cache-Control"] == "public, no-cache"


def rename() -> None:
    Service.objects.get().translations.filter(language_code="en").update(name="Store")


def reword() -> None:
    Step.objects.get(key="ask", guide__slug="website").translations.update(body="Call them.")


def unpublish() -> None:
    Guide.objects.update(is_published=False)


@pytest.mark.parametrize(
    ("change", "paths"), [(rename, PATHS[:3]), (reword, PATHS[1:3]), (unpublish, PATHS[:3])]
)
def test_what_an_editor_changes_shows_at_once(files: Path, change: Any, paths: list[str]) -> None:
    before = {path: Client().get(path) for path in paths}
    change()
    for path, old in before.items():
        new = Client().get(path, headers={"If-None-Match": old["ETag"]})
        assert new.status_code in {200, 404}
        assert new.content != old.content


# --- What it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_queries(django_assert_num_queries: Any, tmp_path: Path, rows: int) -> None:
    for number in range(rows):
        name = f"service-{number}"
        service = make_service(name, domains=[f"{name}.example", f"{name}.no"])
        for _ in range(rows):
            guide = make_guide(service=service)
            guide.sources.create(name="A book")
            make_way(*(f"step-{n}" for n in range(3)), guide=guide)
    lists.load(tmp_path, *(lists.entry(f"entry-{number}", **NOTED) for number in range(rows)))
    with django_assert_num_queries(4):
        assert len(fetch("/api/services.json")["services"]) == 2 * rows
    with django_assert_num_queries(8):
        assert len(fetch("/api/services/service-0.json")["facts"]["guides"]) == rows
    with django_assert_num_queries(9):
        fetch("/api/lookup?domain=service-0.no")
    with django_assert_num_queries(9):
        assert fetch("/api/services/entry-0.json")["imported"]


def test_a_guide_is_described_alike_with_steps_read_ahead(files: Path) -> None:
    guide = Guide.objects.get(slug="website")
    steps = describing.steps_to_describe([guide])
    assert describing.describe_guide(guide, steps) == describing.describe_guide(guide)
