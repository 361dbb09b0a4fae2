from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Programs(AppConfig):
    name = "programs"
    verbose_name = _("Programs")

    def ready(self) -> None:
        from programs import emails  # noqa: F401  registers with the outbox
        from programs.domain import retention  # noqa: F401  says what a legal hold keeps, to the rooms below
        from programs.domain.days import cohort_days
        from sprints.domain.cohort_days import register_cohort_days

        register_cohort_days(cohort_days)
