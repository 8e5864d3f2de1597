"""What the rule of clocks catches and lets pass."""


def caught():
    # ruleid: instants-come-from-the-two-clocks
    began = datetime.now(UTC)
    # ruleid: instants-come-from-the-two-clocks
    return began.timestamp() - time.time()


def passed(now):
    # ok: instants-come-from-the-two-clocks
    return now() - clocks.machine()
