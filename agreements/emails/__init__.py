"""Messages about an agreement, one function each. To import this package registers all of them with the outbox."""

from agreements.emails import agreements, clauses, paper, seals, signatures

__all__ = ["agreements", "clauses", "paper", "seals", "signatures"]
