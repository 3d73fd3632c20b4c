"""What is looked for in the catalogue."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from guides.domain.likeness import LONGEST_QUERY
from guides.domain.search import Only
from guides.models import Guide


class SearchForm(forms.Form):
    """What is looked for, and among what.

    Nobody is told that they search wrongly: what makes no sense is left out. The fields belong to
    the form with the id `search`, wherever on the page they stand.
    """

    q = forms.Field(required=False)
    difficulty = forms.ChoiceField(
        label=_("How hard"),
        choices=[("", _("Any")), *Guide.Difficulty.choices],
        required=False,
        widget=forms.Select({"form": "search"}),
    )
    undo = forms.BooleanField(
        label=_("Can be undone"), required=False, widget=forms.CheckboxInput({"form": "search"})
    )
    checked = forms.BooleanField(
        label=_("Has a checked guide"),
        required=False,
        widget=forms.CheckboxInput({"form": "search"}),
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.full_clean()

    def clean_q(self) -> str:
        typed = str(self.cleaned_data["q"] or "")[:LONGEST_QUERY]
        return "".join(letter for letter in typed if letter.isprintable()).strip()

    @property
    def query(self) -> str:
        return self.cleaned_data["q"]

    @property
    def only(self) -> Only:
        said = self.cleaned_data
        return Only(
            difficulty=said.get("difficulty", ""),
            can_be_undone=said["undo"],
            is_checked=said["checked"],
        )

    @property
    def parameters(self) -> QueryDict:
        """For an address that finds the same."""
        parameters = QueryDict(mutable=True)
        for name, value in self.cleaned_data.items():
            if value:
                parameters[name] = "on" if value is True else value
        return parameters
