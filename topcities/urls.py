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
from topcities.views.operations import operations
from topcities.views.partnership import history, partnership

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
    path("operations/", operations, name="operations"),
    path("partnerships/<slug:slug>/", partnership, name="partnership"),
    path("partnerships/<slug:slug>/history/", history, name="history"),
    path("", include("agreements.urls")),
    path("", include("sprints.urls")),
    path("", include("programs.urls")),
    path("admin/", admin.site.urls),
    path("", include("partners.urls")),
]
