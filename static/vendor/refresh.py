"""Fetch the files of other projects that the pages use, as manifest.json names them. `make vendor` runs it.

    python static/vendor/refresh.py           fetch through npm, verify, write
    python static/vendor/refresh.py --check   verify what lies here; no network

To take a newer version, change `version` and empty `tarball`: the run fills the sums in.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "manifest.json"
INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
MAP = re.compile(rb"\n//# sourceMappingURL=.*\n?$")  # names a file that is not vendored
BOUNDING_BOX = re.compile(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>')


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetch(package: dict[str, Any]) -> dict[str, bytes]:
    """The files of one package by their path in it. Stops when the archive is not the one in the manifest."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{package['name']}@{package['version']}"
        subprocess.run(["npm", "pack", "--silent", "--pack-destination", folder, wanted], check=True)
        archive = next(Path(folder).glob("*.tgz"))
        package["tarball"] = package["tarball"] or digest(archive.read_bytes())
        if digest(archive.read_bytes()) != package["tarball"]:
            raise SystemExit(f"{wanted}: not the archive the manifest names")
        with tarfile.open(archive) as tar:
            return {
                member.name.removeprefix("package/"): content.read()
                for member in tar
                if member.isfile() and (content := tar.extractfile(member))
            }


def symbol(name: str, files: dict[str, bytes]) -> str:
    plain = name.removesuffix("-filled")
    path = f"icons/{'outline' if plain == name else 'filled'}/{plain}.svg"
    drawn = INNER.search(files[path].decode())
    if not drawn:
        raise SystemExit(f"{path}: no drawing in it")
    shapes = " ".join(BOUNDING_BOX.sub("", drawn[1]).split()).replace("> <", "><").replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def sprite(icons: list[str], files: dict[str, bytes]) -> bytes:
    symbols = "\n".join(symbol(name, files) for name in sorted(icons))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'.encode()


def refresh(manifest: dict[str, Any]) -> None:
    for package in manifest["packages"]:
        files = fetch(package)
        for target, entry in package["files"].items():
            content = sprite(package["icons"], files) if entry["from"] == "icons" else files[entry["from"]]
            content = MAP.sub(b"\n", content) if target.endswith(".js") else content
            (HERE / target).write_bytes(content)
            entry["sha256"] = digest(content)
    MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def mistakes(manifest: dict[str, Any]) -> Iterator[str]:
    """One sentence for each file that is missing or not as the manifest says."""
    for package in manifest["packages"]:
        for target, entry in package["files"].items():
            path = HERE / target
            if not path.exists():
                yield f"{target} is missing; run make vendor"
            elif digest(path.read_bytes()) != entry["sha256"]:
                yield f"{target} is not the file of {package['name']} {package['version']}"


def main(arguments: list[str]) -> int:
    manifest = json.loads(MANIFEST.read_text())
    if "--check" not in arguments:
        refresh(manifest)
    found = list(mistakes(manifest))
    print("\n".join(found) or "Every vendored file is as the manifest says.")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
