"""A thread that ends the process when its event loop no longer turns, or does not end in time when it is told to."""

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import AsyncIterator

LOOP_STUCK = 70  # the exit code, EX_SOFTWARE of sysexits.h
STEP = 1.0  # seconds between beats, and between the thread's looks
OVERSLEPT = 3.0  # seconds late at which the thread itself was stopped, and knows nothing of the loop


class Heartbeat:
    """Beats in the loop, counted in a thread. `silence` is the seconds without a beat that end the process.

    A process that was frozen, by SIGSTOP or with its whole machine, counts anew: the thread slept as well.
    """

    def __init__(self, *, silence: float) -> None:
        self._silence = silence
        self._beat = time.monotonic()
        self._leave_at = float("inf")
        self._sentence = ""
        self._ended = threading.Event()

    @contextlib.asynccontextmanager
    async def kept(self) -> AsyncIterator["Heartbeat"]:
        """Beat, and be watched, until the end of this context."""
        threading.Thread(target=self._watch, name="heartbeat", daemon=True).start()
        beating = asyncio.create_task(self._beats())
        try:
            yield self
        finally:
            beating.cancel()
            if self._leave_at == float("inf"):  # else what is still to be closed may hang as well
                self._ended.set()

    def leave_within(self, seconds: float, sentence: str) -> None:
        """End the process with code 1 and a sentence if it is still there after `seconds`: a duty may hang.

        Told again, it keeps to the sooner end: whoever is impatient and asks twice does not wait longer.
        """
        at = time.monotonic() + seconds
        if at < self._leave_at:
            self._leave_at, self._sentence = at, sentence

    async def _beats(self) -> None:
        while True:
            self._beat = time.monotonic()
            await asyncio.sleep(STEP)

    def _watch(self) -> None:
        woke = time.monotonic()
        while not self._ended.wait(STEP):
            now = time.monotonic()
            if now - woke > STEP + OVERSLEPT:
                self._beat = now
            woke = now
            if now >= self._leave_at:
                _end(1, self._sentence)
            if now - self._beat > self._silence:
                _end(LOOP_STUCK, f"The process has stood still for {self._silence:.0f} s. A supervisor restarts it.")


def _end(code: int, sentence: str) -> None:
    """Write one line and go at once: nothing that the loop would have to do can be waited for."""
    os.write(2, f"reminderbot: {sentence}\n".encode())
    os._exit(code)
