"""Random operations of one organisation's staff, and what they may not do to another's."""
