"""What the rules of secrets catch and let pass."""


def caught(given, found):
    # ruleid: secrets-are-compared-in-constant-time
    if found.token == given:
        return True
    # ruleid: secrets-are-compared-in-constant-time
    return found.code_hash != given


def sealed(secret):
    # ruleid: sealing-stays-in-the-vault
    return AESGCM(secret)


def passed(given, found, key):
    # ok: secrets-are-compared-in-constant-time
    if hmac.compare_digest(found.token, given):
        return True
    # ok: secrets-are-compared-in-constant-time
    query = select(invites.c.id).where(invites.c.token_hash == given)
    # ok: sealing-stays-in-the-vault
    return key.seal(given, table="patients", row=query, column="name")
