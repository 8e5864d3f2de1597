"""What the rule of bound SQL catches and lets pass."""


async def caught(connection, name):
    # ruleid: sql-is-bound
    await connection.exec_driver_sql(f"SELECT * FROM patients WHERE id = '{name}'")
    # ruleid: sql-is-bound
    await connection.execute(text("SELECT * FROM patients WHERE id = '%s'" % name))
    # ruleid: sql-is-bound
    await connection.execute(sqlalchemy.text("SELECT {}".format(name)))


async def passed(connection, name):
    # ok: sql-is-bound
    await connection.execute(text("SELECT pg_notify(:channel, :words)"), {"channel": CHANNEL, "words": name})
    # ok: sql-is-bound
    await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    # ok: sql-is-bound
    await connection.execute(select(patients).where(patients.c.id == name))
