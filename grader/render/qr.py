"""A QR code as a drawing; the only file that imports segno.

A certificate does not fit into one (2,953 bytes at most, a certificate has three times as many), so a code holds where
to check and which certificate is meant, and proves nothing by itself.
"""

from __future__ import annotations

import io

import segno


def qr_svg(text: str) -> str:
    """Return the code of a text as an SVG element that grows with its place: black on white, with its quiet zone.

    Source: ISO/IEC 18004, error correction M (a sixth of it may be damaged).
    """
    code = segno.make(text, error="m", micro=False)
    drawn: str = code.svg_inline(
        border=4, omitsize=True, dark="#000000", light="#ffffff", lineclass=None, svgclass="qr"
    )
    return drawn


def qr_png(text: str) -> bytes:
    """Return the same code as a picture, eight pixels for each of its dots."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", border=4, scale=8)
    return out.getvalue()
