import sys, asyncio, tempfile, pathlib, collections
from reminderbot.store import migrate
from tests.outages import runs, dark
from reminderbot import observability
import cProfile
observability.configure("CRITICAL")
for kind, h in [(dark.Kind(sys.argv[1]), float(sys.argv[2]))]:
    f = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
    url = f"sqlite:///{f/'a.sqlite'}"
    asyncio.run(migrate.upgrade(url))
    if len(sys.argv)>4:
        cProfile.run("o = runs.through(runs.Plan(kind, h, int(sys.argv[3])), f, url)", sort="cumtime")
    else:
        o = runs.through(runs.Plan(kind, h, int(sys.argv[3])), f, url)
    print(o.seconds, f); r=o.report
    print({k: v for k, v in vars(r).items() if k != "broken"}); print({k: (len(v), v[:3]) for k,v in r.broken.items()})
