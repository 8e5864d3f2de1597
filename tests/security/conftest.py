"""The console's cast: Dr Bea's clinic, its staff, the app."""

from tests.web.console.conftest import app, bea, catalog, machine, watched

__all__ = ["app", "bea", "catalog", "machine", "watched"]
