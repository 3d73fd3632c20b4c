"""The addresses of the app: `urlpatterns` below a language prefix, `unprefixed` without one."""

from allauth.account import views as allauth
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView

from guides import proofs
from guides.sitemaps import sitemaps
from guides.views import (
    accounts,
    catalogue,
    feedback,
    journeys,
    look,
    open_data,
    own_services,
    privacy,
    reminders,
    security,
    stories,
)

catalogue_urls = [
    path("<slug:slug>/", catalogue.service, name="service"),
    path("<slug:slug>/how-it-went/", stories.tell, name="tell"),
    path("<slug:service_slug>/<slug:slug>/", catalogue.guide, name="guide"),
    path("<slug:service_slug>/<slug:slug>/start/", journeys.start, name="start"),
    path(
        "<slug:service_slug>/<slug:slug>/steps/<int:step_id>/report/",
        feedback.report,
        name="report",
    ),
]

journey_urls = [
    path("", journeys.overview, name="list"),
    path("take-along/", journeys.take_along, name="take_along"),
    path("add/", own_services.add, name="add"),
    path("<uuid:journey_id>/", journeys.wizard, name="wizard"),
    path("<uuid:journey_id>/service/", own_services.change, name="own"),
    path("<uuid:journey_id>/service/forget/", own_services.forget, name="forget_own"),
    path("<uuid:journey_id>/record/", privacy.record, name="record"),
    path("<uuid:journey_id>/experience/", feedback.experience, name="experience"),
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
    path("export/", privacy.export, name="export"),
    path("leave/", privacy.leave, name="leave"),
]

urlpatterns = [
    path("", catalogue.home, name="home"),
    path("services/", include((catalogue_urls, "catalogue"))),
    path("journeys/", include((journey_urls, "journeys"))),
    path("settings/", include((account_urls, "accounts"))),
    path("privacy/", privacy.policy, name="privacy"),
    path("goodbye/", privacy.goodbye, name="goodbye"),
    path("opensearch.xml", open_data.opensearch, name="opensearch"),
]

api_urls = [
    path("services.json", open_data.services, name="services"),
    path("services/<slug:slug>.json", open_data.service, name="service"),
    path("lookup", open_data.lookup, name="lookup"),
    path("schema/v1.json", open_data.schema, name="schema"),
]

# Pages of django-allauth that behave differently or are not needed here, and one it has not.
sign_in_urls = [
    path("login/code/", accounts.one_entrance),
    path("login/code/confirm/", accounts.confirm_sign_in_code),
    path("confirm-email/", accounts.confirm_address_code),
    path("password/reset/confirm/", accounts.confirm_password_code),
    path("password/reset/done/", accounts.one_entrance),
    path("prove/", privacy.prove, name="prove"),
    path("login/password/", accounts.sign_in_with_password, name="account_login_with_password"),
    # How one signs in changes only with a fresh proof of who one is. (What is not here
    # only those can do who have a second step: django-allauth asks them.)
    path("email/", proofs.needed(allauth.email)),
    path("password/set/", proofs.needed(allauth.password_set)),
    path("2fa/totp/activate/", proofs.needed(app.activate_totp, even_to_look=True)),
    path("2fa/webauthn/add/", proofs.needed(passkeys.add_webauthn, even_to_look=True)),
]

# For machines: search engines, and browsers that put Wayout on a home screen.
for_an_hour = cache_control(public=True, max_age=3600)
robots = TemplateView.as_view(
    template_name="robots.txt",
    content_type="text/plain; charset=utf-8",
    extra_context={"site_url": settings.SITE_URL},
)
manifest = TemplateView.as_view(
    template_name="manifest.webmanifest", content_type="application/manifest+json"
)
index, section = for_an_hour(sitemap_views.index), for_an_hour(sitemap_views.sitemap)
for_machines = [
    path("robots.txt", for_an_hour(robots)),
    path("sitemap.xml", index, {"sitemaps": sitemaps, "sitemap_url_name": "pages"}, name="sitemap"),
    path("sitemap-<slug:section>.xml", section, {"sitemaps": sitemaps}, name="pages"),
    path("manifest.webmanifest", for_an_hour(manifest), name="manifest"),
]

unprefixed = [
    *for_machines,
    path("accounts/", include(sign_in_urls)),
    path("api/", include((api_urls, "api"))),
    path(".well-known/security.txt", security.security_txt, name="security_txt"),
    path(".well-known/change-password", security.change_password),
    path("healthz", reminders.healthz, name="healthz"),
    path("answer/<str:token>/", reminders.answer, {"answer": ""}, name="answer"),
    path("answer/<str:token>/<slug:answer>/", reminders.answer),
    path("calendar/<slug:key>.ics", reminders.calendar, name="calendar"),
    path("stop/<slug:key>/", reminders.stop, name="stop"),
    path("stop/<slug:key>/<uuid:journey_id>/", reminders.stop, name="stop_journey"),
]
only_with_debug = [
    path("components/", look.components, name="components"),
    path("outbox/", reminders.outbox, name="outbox"),
    path("outbox/<str:name>/", reminders.outbox_message, name="outbox_message"),
    path("outbox/<str:name>/html/", reminders.outbox_html, name="outbox_html"),
]
if settings.DEBUG:
    unprefixed += only_with_debug
