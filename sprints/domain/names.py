"""What the two sides are called. Reads only."""

from __future__ import annotations

from partners.models import Partnership


def names_of(partnership: Partnership) -> dict[str, str]:
    """The organizations' names by party, in the order of this partnership's screens."""
    names = dict(partnership.organizations.values_list("party", "name"))
    return {party.value: names.get(party, "") for party in partnership.parties_on_screen()}
