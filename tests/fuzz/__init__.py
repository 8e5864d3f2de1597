"""Hostile texts and hostile values, by the thousand."""
