"""Messages about a sprint, one function each. To import this package registers all of them with the outbox."""

from sprints.emails import (
    action_items,
    hourly,
    meetings,
    proposals,
    reminders,
    reports,
    sign_offs,
    sustainability,
)

__all__ = [
    "action_items",
    "hourly",
    "meetings",
    "proposals",
    "reminders",
    "reports",
    "sign_offs",
    "sustainability",
]
