"""Kills of every kind, in every state, against the shipped code: what was promised is checked from outside."""
