"""A version after this one, whose upgrade goes wrong half-way: it is migrated by its own settings, never imported."""
