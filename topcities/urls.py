"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from topcities.views.components import components
from topcities.views.demo import demo, demo_become, demo_mail
from topcities.views.health import healthz, readyz
from topcities.views.home import home
from topcities.views.language import choose_language
from topcities.views.mail_events import mail_events
from topcities.views.metrics import metrics
from topcities.views.partnership import history, partnership
from topcities.views.program import partnership_new, program, program_edit, program_invite, program_new
from topcities.views.program_mail import program_mail, program_mail_again, program_mail_one

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("components/", components, name="components"),
    path("demo/", demo, name="demo"),
    path("demo/mail/", demo_mail, name="demo_mail"),
    path("demo/<uuid:pk>/", demo_become, name="demo_become"),
    path("language/", choose_language, name="set_language"),
    path("mail/events/", mail_events, name="mail_events"),
    path("partnerships/<slug:slug>/", partnership, name="partnership"),
    path("partnerships/<slug:slug>/history/", history, name="history"),
    path("", include("agreements.urls")),
    path("", include("sprints.urls")),
    path("", include("programs.urls")),
    path("admin/", admin.site.urls),
    path("", include("partners.urls")),
    path("programs/new/", program_new, name="program_new"),
    path("programs/<slug:slug>/", program, name="program"),
    path("programs/<slug:slug>/edit/", program_edit, name="program_edit"),
    path("programs/<slug:slug>/mail/", program_mail, name="program_mail"),
    path("programs/<slug:slug>/mail/<int:pk>/", program_mail_one, name="program_mail_one"),
    path("programs/<slug:slug>/mail/<int:pk>/again/", program_mail_again, name="program_mail_again"),
    path("programs/<slug:slug>/staff/invite/", program_invite, name="program_invite"),
    path("programs/<slug:slug>/partnerships/new/", partnership_new, name="partnership_new"),
]
