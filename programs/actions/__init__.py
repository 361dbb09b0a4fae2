"""Every change of what a program makes of its partnerships: one transaction each, with its event and its mail."""
