"""A list in JustDeleteMe's form, of services that we made up, to be imported and broken."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from guides.domain import describing, imports, justdeleteme
from guides.domain.imports import Report
from guides.models import Domain, Guide, Note, Origin, SearchKey, Service, Step

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def entry(name: str = "Gizmo", **fields: Any) -> dict[str, Any]:
    """One service: Gizmo at gizmo.example, easy to leave."""
    return {
        "name": name,
        "url": f"https://{name.lower()}.example/delete",
        "difficulty": "easy",
        "domains": [f"{name.lower()}.example"],
        **fields,
    }


def write(folder: Path, *entries: Any) -> Path:
    path = folder / "sites.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def load(folder: Path, *entries: Any, update: bool = False, dry_run: bool = False) -> Report:
    """Import the entries from a file in `folder`."""
    listing = justdeleteme.read(write(folder, *entries))
    return imports.load(listing=listing, now=NOW, update=update, dry_run=dry_run)


def guide_of(name: str = "Gizmo") -> Guide:
    return Guide.objects.get(origin__entry=name)


def steps_of(name: str = "Gizmo") -> dict[str, Step]:
    """The steps of an entry's guide in their order, by key."""
    return {step.key: step for step in guide_of(name).steps.filter(retired_at=None)}


def everything() -> list[Any]:
    """All rows that an import writes, but for their ids."""
    described = [describing.describe_service(service) for service in Service.objects.all()]
    described += [describing.describe_guide(guide) for guide in Guide.objects.all()]
    rows = [
        Domain.objects.order_by("name").values_list("service__slug", "name", "position"),
        SearchKey.objects.order_by("service__slug", "key").values_list("service__slug", "key"),
        Origin.objects.order_by("entry").values_list("entry", "guide__slug", "domains", "digest"),
        Note.objects.order_by("origin__entry", "language").values_list("language", "text", "link"),
        Step.objects.order_by("guide", "position").values_list("key", "retired_at"),
    ]
    return [described, *map(list, rows)]
