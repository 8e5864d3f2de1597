"""Lists from a clinic's booking system: read, matched by heading, compared with what is known, applied after a yes."""
