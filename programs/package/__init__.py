"""The starting package, as a file that a partnership hands on to others (docs/package-format.md). Pure: no database."""
