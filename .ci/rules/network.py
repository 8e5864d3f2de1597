"""What the rules of the network catch and let pass."""


async def caught(clinic, response):
    # ruleid: nothing-is-fetched-for-anybody
    await httpx.get(clinic.website)
    # ruleid: cookies-are-guarded
    response.set_cookie("reminderbot", "x")


async def passed(telegram, response, value):
    # ok: nothing-is-fetched-for-anybody
    await telegram.send(value)
    # ok: cookies-are-guarded
    response.set_cookie("reminderbot", value, httponly=True, samesite="lax")
