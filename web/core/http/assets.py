"""Static files: read and compressed once, served under content hashes, cached for a year."""

from __future__ import annotations

import gzip
import mimetypes
import re
import struct
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.core.http.request import Request

FOLDER = Path(__file__).resolve().parents[3] / "static"
# One request instead of two: htmx first, then our own script.
BUNDLES = {"scripts.js": ("htmx.min.js", "app.js")}
PUBLIC_SUFFIXES = frozenset({".css", ".js", ".svg", ".png", ".webp", ".txt", ".ico"})
COMPRESSED_SUFFIXES = frozenset({".css", ".js", ".svg", ".txt"})
# Whole-line comments and indentation are stripped from served scripts.
FOR_READERS = re.compile(rb"^ *//.*\n|^ +", re.MULTILINE)
DIGEST_CHARACTERS = 12
# Bytes of a PNG's IHDR that hold its width and height in pixels.
PNG_SIZE = slice(16, 24)


@dataclass(frozen=True)
class Asset:
    """A static file, ready to be served."""

    content: bytes
    compressed: bytes | None
    media_type: str
    digest: str


class Assets:
    """The files of static/, by name."""

    def __init__(self, folder: Path = FOLDER) -> None:
        bundled = {part for parts in BUNDLES.values() for part in parts}
        contents = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in PUBLIC_SUFFIXES
        }
        for name, parts in BUNDLES.items():
            contents[name] = FOR_READERS.sub(
                b"", b"\n".join(contents[part] for part in parts if part in contents)
            )
        self._by_name = {
            name: _asset(name, content) for name, content in contents.items() if name not in bundled
        }

    def url(self, name: str) -> str:
        """Return the versioned URL of a file. Raises KeyError for an unknown name."""
        return f"/static/{self._by_name[name].digest}/{name}"

    def picture_size(self, name: str) -> tuple[int, int]:
        """Return the width and height of a PNG, in pixels. Raises KeyError for an unknown name."""
        width, height = struct.unpack(">II", self._by_name[name].content[PNG_SIZE])
        return width, height

    async def serve(self, request: Request) -> Response:
        """Serve `/static/<digest>/<name>`; 404 for a digest of another version."""
        asset = self._by_name.get(request.path_params["name"])
        if asset is None or asset.digest != request.path_params["digest"]:
            raise HTTPException(404)
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        content = asset.content
        if asset.compressed is not None:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["Content-Encoding"] = "gzip"
                content = asset.compressed
        return Response(content, media_type=asset.media_type, headers=headers)


@cache
def _asset(name: str, content: bytes) -> Asset:
    # Cached: the tests build an application each, and compressing takes most of that time.
    compresses = Path(name).suffix in COMPRESSED_SUFFIXES
    return Asset(
        content=content,
        compressed=gzip.compress(content, 9, mtime=0) if compresses else None,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        digest=sha256(content).hexdigest()[:DIGEST_CHARACTERS],
    )
