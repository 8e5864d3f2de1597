"""The process in which one contender starts and stands by: `python -m benchmarks.alone NAME URL PENDING SECONDS`."""

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta

from benchmarks import everyone

SETTLE = 2.0  # seconds after the start that are not counted as idle


async def main(name: str, url: str, pending: int, seconds: int) -> None:
    """Open it on what an earlier process has left, look, and stand by; say each on a line."""
    kind = everyone.named(name)
    async with kind.opened(url, fresh=False) as each:
        if not kind.tables:  # what was in memory is gone, and is put in again
            await each.pending(pending, due=datetime.now(UTC) + timedelta(days=30))
        await each.look()
        print("ready", flush=True)
        if seconds:
            async with each.serving(lambda: None):
                await asyncio.sleep(SETTLE)
                print("idle", flush=True)
                before = time.process_time()
                await asyncio.sleep(seconds)
                print("used", time.process_time() - before, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
