"""Back-ups: database, files and keys in one folder, whole or not there, and the way back."""
