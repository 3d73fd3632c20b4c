"""What is known about services: guides, their steps, and the names people search by."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from parler.managers import TranslatableManager, TranslatableQuerySet
from parler.models import TranslatableModel, TranslatedFields


class Service(TranslatableModel):
    """Where people have accounts: Amazon."""

    slug = models.SlugField(_("address name"), max_length=80, unique=True)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    translations = TranslatedFields(
        name=models.CharField(_("name"), max_length=200),
        other_names=models.JSONField(_("other spellings"), default=list, blank=True),
        about=models.TextField(_("about"), blank=True),
    )

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.safe_translation_getter("name", any_language=True) or self.slug

    def get_absolute_url(self) -> str:
        return reverse("catalogue:service", args=[self.slug])


class Domain(models.Model):
    """An internet domain of a service, without `www.`; the first one is its home."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="domains")
    name = models.CharField(_("domain"), max_length=253, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_imported = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class SearchKey(models.Model):
    """One spelling or domain of a service, folded to be compared; written by `domain.search`."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="search_keys")
    key = models.CharField(max_length=253)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "key"], name="search_key_once_a_service")
        ]

    def __str__(self) -> str:
        return self.key


class SearchPiece(models.Model):
    """A few letters of a key, under which the index finds it; written by `domain.search`."""

    key = models.ForeignKey(SearchKey, on_delete=models.CASCADE, related_name="pieces")
    piece = models.CharField(max_length=5)

    class Meta:
        indexes = [models.Index(fields=["piece", "key"], name="search_piece")]

    def __str__(self) -> str:
        return self.piece


class GuideQuerySet(TranslatableQuerySet):
    def published(self) -> "GuideQuerySet":
        return self.filter(is_published=True)

    def easiest_first(self) -> "GuideQuerySet":
        ranks = [models.When(difficulty=d, then=n) for n, d in enumerate(Guide.Difficulty)]
        return self.order_by(models.Case(*ranks), "position", "id")


class Guide(TranslatableModel):
    """One way to leave one service."""

    class Goal(models.TextChoices):
        CLOSE = "close", _("Close the account")
        ERASE = "erase", _("Erase the data")
        DEACTIVATE = "deactivate", _("Deactivate only")

    class Channel(models.TextChoices):
        WEBSITE = "website", _("On the website")
        PHONE_BROWSER = "phone_browser", _("In the browser of a phone")
        APP = "app", _("In the app")
        EMAIL = "email", _("By e-mail")
        TELEPHONE = "telephone", _("By telephone")

    class Difficulty(models.TextChoices):
        EASY = "easy", _("Easy")
        MEDIUM = "medium", _("Medium")
        HARD = "hard", _("Hard")
        LIMITED = "limited", _("Limited")
        IMPOSSIBLE = "impossible", _("Impossible")

    class Undo(models.TextChoices):
        NEVER = "never", _("It cannot be undone")
        WHILE_WAITING = "while_waiting", _("It can be undone during the waiting period")
        ALWAYS = "always", _("It can be undone at any time")
        UNKNOWN = "unknown", _("Not known: better assume that it cannot be undone")

    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.CASCADE, related_name="guides"
    )
    slug = models.SlugField(_("address name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    goal = models.CharField(_("goal"), max_length=20, choices=Goal, default=Goal.CLOSE)
    channel = models.CharField(_("where"), max_length=20, choices=Channel, default=Channel.WEBSITE)
    difficulty = models.CharField(
        _("difficulty"), max_length=20, choices=Difficulty, default=Difficulty.MEDIUM
    )
    undo = models.CharField(_("can it be undone?"), max_length=20, choices=Undo, default=Undo.NEVER)
    is_published = models.BooleanField(_("published"), default=False)
    checked_on = models.DateField(_("last checked on"), null=True, blank=True)
    loaded_digest = models.CharField(max_length=64, blank=True, editable=False)

    translations = TranslatedFields(
        title=models.CharField(_("title"), max_length=200),
        summary=models.TextField(_("summary"), blank=True),
        you_lose=models.TextField(_("what you lose"), blank=True),
        you_need=models.TextField(_("what you need"), blank=True),
        changed_at=models.DateTimeField(default=timezone.now, editable=False),
    )

    objects = TranslatableManager.from_queryset(GuideQuerySet)()

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["service", "slug"], name="guide_slug_once_a_service")
        ]

    def __str__(self) -> str:
        return self.safe_translation_getter("title", any_language=True) or self.slug

    def get_absolute_url(self) -> str:
        return reverse("catalogue:guide", args=[self.service.slug, self.slug])


class Source(models.Model):
    """Where a guide's facts come from, in the words of the source; never translated."""

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(_("name"), max_length=300)
    url = models.URLField(_("address"), max_length=500, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^[a-z]{2,3}$", _("Two or three small letters, such as en."))],
        help_text=_("In which language it is written: en, ar, no …"),
    )
    read_on = models.DateField(_("read on"), null=True, blank=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Step(TranslatableModel):
    """One thing in a guide. What its fields mean for a journey, `domain.timeline` decides."""

    class Kind(models.TextChoices):
        PREPARE = "prepare", _("Prepare")
        ACT = "act", _("Act")
        WAIT = "wait", _("Wait")
        CHECK = "check", _("Check")

    class WaitReason(models.TextChoices):
        REVIEW = "review", _("The service reviews the request")
        PROCESSING = "processing", _("The service works through the request")
        GRACE = "grace", _("Time to change one’s mind")
        COOL_DOWN = "cool_down", _("A pause before the same step is repeated")
        QUIET = "quiet", _("Quiet time needed before the next step")

    class Certainty(models.TextChoices):
        STATED = "stated", _("The service says so")
        REPORTED = "reported", _("People report it")
        GUESSED = "guessed", _("Our best guess")
        NOTED = "noted", _("Read from a note")

    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="steps")
    key = models.SlugField(_("key"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ACT)
    while_waiting = models.BooleanField(
        _("while waiting"),
        default=False,
        help_text=_("May be done while the waiting period before it runs."),
    )
    is_optional = models.BooleanField(_("optional"), default=False)
    is_final = models.BooleanField(
        _("point of no return"), default=False, help_text=_("Asks before it is ticked.")
    )
    link = models.URLField(_("link"), max_length=500, blank=True)
    letter_to = models.EmailField(_("letter to"), blank=True)
    letter_subject = models.CharField(_("subject of the letter"), max_length=200, blank=True)
    letter_body = models.TextField(
        _("text of the letter"), blank=True, help_text=_("In the language that the service reads.")
    )
    wait_shortest = models.DurationField(_("shortest wait"), null=True, blank=True)
    wait_longest = models.DurationField(_("longest wait"), null=True, blank=True)
    in_business_days = models.BooleanField(_("in business days"), default=False)
    until_date = models.BooleanField(
        _("until a date"),
        default=False,
        help_text=_("The person enters the date, such as the end of a subscription."),
    )
    wait_reason = models.CharField(
        _("reason for the wait"), max_length=20, choices=WaitReason, blank=True
    )
    wait_certainty = models.CharField(
        _("how certain"), max_length=20, choices=Certainty, blank=True
    )
    stay_signed_out = models.BooleanField(_("stay signed out"), default=False)
    do_within = models.DurationField(
        _("do within"), null=True, blank=True, help_text=_("Counted from the step before.")
    )
    goes_back_to = models.ForeignKey(
        "self",
        verbose_name=_("goes back to"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The step to repeat if the wait fails or the time to act has passed."),
    )
    continues_with = models.ForeignKey(
        Guide,
        verbose_name=_("continues with"),
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="continued_by",
        help_text=_("All steps of that guide follow in place of this step."),
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True, editable=False)

    translations = TranslatedFields(
        title=models.CharField(_("title"), max_length=200),
        body=models.TextField(_("text"), blank=True),
        changed_at=models.DateTimeField(default=timezone.now, editable=False),
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["guide", "key"], name="step_key_once_a_guide")
        ]

    def __str__(self) -> str:
        return self.safe_translation_getter("title", any_language=True) or self.key


# --- What people told -----------------------------------------------------------------------------

# Below this many answers nothing is told of them, not even how many there are.
FEWEST_ANSWERS = 10


class GuideFigures(models.Model):
    """How often the guide worked: a projection of `models.feedback`, here from ten answers on."""

    guide = models.OneToOneField(
        Guide, on_delete=models.CASCADE, primary_key=True, related_name="figures", editable=False
    )
    answers = models.PositiveIntegerField()
    worked = models.PositiveIntegerField()
    last_worked_in = models.DateField(null=True)  # the first day of a month

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answers__gte=FEWEST_ANSWERS), name="guide_figures_of_enough"
            )
        ]

    def __str__(self) -> str:
        return f"{self.worked} of {self.answers}"


class WaitFigures(models.Model):
    """How long a wait really takes: the same."""

    step = models.OneToOneField(
        Step, on_delete=models.CASCADE, primary_key=True, related_name="figures", editable=False
    )
    answers = models.PositiveIntegerField()
    usually = models.DurationField()
    nine_of_ten = models.DurationField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answers__gte=FEWEST_ANSWERS), name="wait_figures_of_enough"
            )
        ]

    def __str__(self) -> str:
        return f"{self.usually} of {self.answers}"
