"""Where services and guides are found that were merged into others."""

from collections.abc import Iterable

from guides.models import FormerAddress, Guide, Service


def guide_at(service_slug: str, slug: str) -> Guide:
    """The guide that has this address, or had it. Raises Guide.DoesNotExist."""
    guides = Guide.objects.select_related("service")
    if guide := guides.filter(service__slug=service_slug, slug=slug).first():
        return guide
    return guides.get(
        former_addresses__service_slug=service_slug, former_addresses__guide_slug=slug
    )


def moved_to(service_slug: str, slug: str = "") -> Service | Guide | None:
    """What had this address before it was merged."""
    former = FormerAddress.objects.select_related("service", "guide__service")
    row = former.filter(service_slug=service_slug, guide_slug=slug).first()
    return (row.guide or row.service) if row else None


def merged(slugs: Iterable[str]) -> set[str]:
    """Which of these services are no more, because they were merged into others."""
    slugs = list(slugs)
    former = FormerAddress.objects.filter(service_slug__in=slugs, guide=None)
    there = Service.objects.filter(slug__in=slugs).values("slug")
    return set(former.exclude(service_slug__in=there).values_list("service_slug", flat=True))
