"""How long a sprint may be. Pure."""

WEEKS = 18  # of the built-in plan, and of the agreement's template
FEWEST_WEEKS, MOST_WEEKS = 4, 52
