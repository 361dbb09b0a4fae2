"""Messages about a sprint, one function each. To import this package registers all of them with the outbox."""

from sprints.emails import hourly, meetings, proposals, reminders, reports, sign_offs

__all__ = ["hourly", "meetings", "proposals", "reminders", "reports", "sign_offs"]
