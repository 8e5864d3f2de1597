"""What the rules of log lines catch and let pass."""


def caught(log, patient, token):
    # ruleid: logs-say-a-constant-sentence
    log.info(f"sent to {patient.name}")
    # ruleid: logs-say-a-constant-sentence
    log.warning("a link was tried: " + token)
    # ruleid: logs-name-nobody
    log.info("a message was sent", name=patient.name)
    # ruleid: logs-name-nobody
    log.error("a link was refused", row=3, token=token)


def passed(log, patient):
    # ok: logs-say-a-constant-sentence
    log.info("a message was sent", reminder=patient.id)
    # ok: logs-name-nobody
    log.warning("the breaker turned", circuit="open", outcome="flood")
