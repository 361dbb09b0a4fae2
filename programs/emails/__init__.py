"""Messages of this room, one function each. To import this package registers all of them with the outbox."""

from programs.emails import exports, publications

__all__ = ["exports", "publications"]
