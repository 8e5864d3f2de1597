"""The zygote that inbound runs fork from."""

from tests.chaos.conftest import zygote

__all__ = ["zygote"]
