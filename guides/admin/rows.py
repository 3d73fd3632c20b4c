"""Rows of the catalogue's admin that stand in an order: domains, and the steps of a guide."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import count
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.text import slugify
from parler.forms import TranslatableBaseInlineFormSet

from guides.domain import catalogue
from guides.models import Guide, Step


class OrderedRows(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows that are told where to stand by a number; whoever stands there makes room."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if index is not None and index < self.initial_form_count():
            form.fields["place"].initial = index + 1

    def in_order(self) -> list[Any]:
        """The rows as they will stand, without those that are to be deleted."""
        rows = [form for form in self.forms if form.instance.pk or form.has_changed()]
        kept = [form for form in rows if form not in self.deleted_forms]
        return [form.instance for form in sorted(kept, key=_rank)]

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit=commit)
        for position, row in enumerate(self.in_order()):
            if row.position != position:
                row.position = position
                type(row).objects.filter(pk=row.pk).update(position=position)
        return saved


def _rank(form: Any) -> float:
    """Before the row that stands in the wanted place if coming from below, else after it."""
    wanted = form.cleaned_data.get("place")
    present = form.fields["place"].initial
    if wanted is None:
        return float(present or "inf")
    if present is None or wanted < present:
        return float(wanted) - 0.5
    return float(wanted) + (0.5 if wanted > present else 0)


class StepFormSet(OrderedRows, TranslatableBaseInlineFormSet):
    """The steps of a guide. `retired` holds those that were to be deleted but are in use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.retired: list[Step] = []

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.language_code = self.language_code
        form.speak(self.language_code)
        form.fields["goes_back_to"].queryset = Step.objects.filter(guide=self.instance.pk)
        form.fields["goes_back_to"].choices = self._step_choices
        form.fields["continues_with"].choices = self._guide_choices

    @cached_property
    def _step_choices(self) -> list[tuple[Any, str]]:
        return [("", "–"), *((step.pk, str(step)) for step in self.get_queryset())]

    @cached_property
    def _guide_choices(self) -> list[tuple[Any, Any]]:
        """Guides that have steps, grouped by service; looked up once for all rows.

        Of those that were imported, only what somebody has checked: there are too many of them.
        """
        guides = Guide.objects.filter(
            Q(steps__isnull=False, origin=None)
            | Q(steps__isnull=False, checked_on__isnull=False)
            | Q(continued_by__isnull=False)
        )
        groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for guide in (
            guides.exclude(pk=self.instance.pk)
            .distinct()
            .select_related("service")
            .prefetch_related("translations", "service__translations")
        ):
            groups[str(guide.service)].append((guide.pk, str(guide)))
        return [("", "–"), *sorted(groups.items())]

    def clean(self) -> None:
        self._give_keys()
        super().clean()
        guide = self.instance
        # A new guide has no rows to look at yet: GuideAdmin publishes it once it is saved.
        if guide.pk and guide.is_published and not any(self.errors):
            problems = catalogue.problems_of_guide(guide, self.in_order())
            if problems:
                raise ValidationError(problems)

    def _give_keys(self) -> None:
        """Give rows that were left without a key the one they had, or one made from the title."""
        rows = [form for form in self.forms if form.has_changed() and not form.errors]
        taken = {form.cleaned_data.get("key") or form.instance.key for form in self.forms}
        for form in rows:
            if not form.cleaned_data["key"]:
                key = form.initial.get("key") or _free_key(form.cleaned_data["title"], taken)
                form.instance.key = form.cleaned_data["key"] = key
                taken.add(key)

    def delete_existing(self, obj: Step, commit: bool = True) -> None:
        """Delete the step, or retire it if people's progress points at it."""
        try:
            with transaction.atomic():
                super().delete_existing(obj, commit=commit)
        except ProtectedError:
            obj.retired_at = obj.retired_at or timezone.now()
            obj.save(update_fields=["retired_at"])
            self.retired.append(obj)


def _free_key(title: str, taken: Iterable[str]) -> str:
    stem = slugify(title)[:70] or "step"
    keys = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    return next(key for key in keys if key not in taken)
