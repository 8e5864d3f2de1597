"""The patients' door: read a stored update, ask a service, commit, reply."""
