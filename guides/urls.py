"""The addresses of the app: `urlpatterns` below a language prefix, `unprefixed` without one."""

from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView

from guides.sitemaps import sitemaps
from guides.views import accounts, catalogue, journeys, reminders

catalogue_urls = [
    path("<slug:slug>/", catalogue.service, name="service"),
    path("<slug:service_slug>/<slug:slug>/", catalogue.guide, name="guide"),
    path("<slug:service_slug>/<slug:slug>/start/", journeys.start, name="start"),
]

journey_urls = [
    path("", journeys.overview, name="list"),
    path("<uuid:journey_id>/", journeys.wizard, name="wizard"),
    path("<uuid:journey_id>/undo/", journeys.undo, name="undo"),
    path("<uuid:journey_id>/finish/", journeys.finish, name="finish"),
    path("<uuid:journey_id>/resume/", journeys.resume, name="resume"),
    path("<uuid:journey_id>/reminders/", journeys.switch_reminders, name="reminders"),
    path("<uuid:journey_id>/remind-on/", journeys.remind_on, name="remind_on"),
    path("<uuid:journey_id>/steps/<int:step_id>/event.ics", journeys.calendar_event, name="event"),
    path("<uuid:journey_id>/steps/<int:step_id>/sure/", journeys.ask_if_sure, name="sure"),
    path("<uuid:journey_id>/steps/<int:step_id>/done/", journeys.complete_step, name="done"),
    path("<uuid:journey_id>/steps/<int:step_id>/skip/", journeys.skip_step, name="skip"),
    path("<uuid:journey_id>/steps/<int:step_id>/reopen/", journeys.reopen_step, name="reopen"),
    path("<uuid:journey_id>/steps/<int:step_id>/start/", journeys.start_wait, name="start_wait"),
    path("<uuid:journey_id>/steps/<int:step_id>/extend/", journeys.extend_wait, name="extend"),
    path("<uuid:journey_id>/steps/<int:step_id>/fail/", journeys.fail_wait, name="fail"),
    path(
        "<uuid:journey_id>/steps/<int:step_id>/lapse/",
        journeys.go_back_after_deadline,
        name="lapse",
    ),
]

account_urls = [
    path("", accounts.settings_page, name="settings"),
    path("calendar/", accounts.calendar, name="calendar"),
    path("mail-works/", accounts.mail_works, name="mail_works"),
]

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("services/", include((catalogue_urls, "catalogue"))),
    path("journeys/", include((journey_urls, "journeys"))),
    path("settings/", include((account_urls, "accounts"))),
]

# Pages of django-allauth that behave differently or are not needed here, and one it has not.
sign_in_urls = [
    path("login/code/", accounts.one_entrance),
    path("login/code/confirm/", accounts.confirm_sign_in_code),
    path("confirm-email/", accounts.confirm_address_code),
    path("password/reset/confirm/", accounts.confirm_password_code),
    path("password/reset/done/", accounts.one_entrance),
    path("login/password/", accounts.sign_in_with_password, name="account_login_with_password"),
]

# For search engines.
for_an_hour = cache_control(public=True, max_age=3600)
robots = TemplateView.as_view(
    template_name="robots.txt",
    content_type="text/plain; charset=utf-8",
    extra_context={"site_url": settings.SITE_URL},
)
index, section = for_an_hour(sitemap_views.index), for_an_hour(sitemap_views.sitemap)
for_machines = [
    path("robots.txt", for_an_hour(robots)),
    path("sitemap.xml", index, {"sitemaps": sitemaps, "sitemap_url_name": "pages"}, name="sitemap"),
    path("sitemap-<slug:section>.xml", section, {"sitemaps": sitemaps}, name="pages"),
]

unprefixed = [
    *for_machines,
    path("accounts/", include(sign_in_urls)),
    path("healthz", reminders.healthz, name="healthz"),
    path("answer/<str:token>/", reminders.answer, {"answer": ""}, name="answer"),
    path("answer/<str:token>/<slug:answer>/", reminders.answer),
    path("calendar/<slug:key>.ics", reminders.calendar, name="calendar"),
    path("stop/<slug:key>/", reminders.stop, name="stop"),
    path("stop/<slug:key>/<uuid:journey_id>/", reminders.stop, name="stop_journey"),
]
if settings.DEBUG:
    unprefixed += [
        path("outbox/", reminders.outbox, name="outbox"),
        path("outbox/<str:name>/", reminders.outbox_message, name="outbox_message"),
        path("outbox/<str:name>/html/", reminders.outbox_html, name="outbox_html"),
    ]
