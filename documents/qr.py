"""An address as a QR code."""

import base64
import io

import segno


def qr_svg(address: str, *, scale: int = 8) -> str:
    """The code as one SVG, with the quiet zone that readers need; damage up to a quarter is mended."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(out, kind="svg", scale=scale, border=4, xmldecl=False)
    return out.getvalue().decode()


def qr_address(address: str) -> str:
    """The code as a ``data:`` address for documents: in dots, which WeasyPrint draws much faster than paths."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(out, kind="png", scale=4, border=4)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
