"""Messages of this room, one function each. To import this package registers all of them with the outbox."""

from programs.emails import deletions, exports, publications

__all__ = ["deletions", "exports", "publications"]
