"""Workbooks in ODS and XLSX of any XML, sound or not."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

OPEN = "urn:oasis:names:tc:opendocument:xmlns"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def ods(path: Path, tables: str, styles: str = "", manifest: str = "", settings: str = "") -> Path:
    """An ODS whose spreadsheet holds these tables."""
    spaces = " ".join(f'xmlns:{name}="{OPEN}:{name}:1.0"' for name in ("office", "table", "text", "style"))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>'
            f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{settings}"
            f"{tables}</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return path


def xlsx(path: Path, sheet: Iterable[tuple[str, int]], properties: str = "", prefix: str = "") -> Path:
    """An XLSX with one sheet, whose XML is these pieces, each so many times; nothing of it is held in memory."""
    kind = f'<Relationship Id="r1" Type="{OFFICE}'
    space = f'xmlns{":" if prefix else ""}{prefix}="{MAIN}"'
    name = f"{prefix}:" if prefix else ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, target in {"_rels/.rels": "officeDocument", "xl/_rels/workbook.xml.rels": "worksheet"}.items():
            where = "xl/workbook.xml" if part == "_rels/.rels" else "worksheets/sheet1.xml"
            archive.writestr(
                part, f'<Relationships xmlns="{PACKAGE}">{kind}/{target}" Target="{where}"/></Relationships>'
            )
        archive.writestr(
            "xl/workbook.xml",
            f'<{name}workbook {space} xmlns:r="{OFFICE}">{properties}<{name}sheets>'
            f'<{name}sheet name="s" sheetId="1" r:id="r1"/></{name}sheets></{name}workbook>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f"<{name}worksheet {space}><{name}sheetData>".encode())
            for piece, times in sheet:
                at_once = max(1, 2**20 // len(piece))
                block = piece.encode() * min(at_once, times)
                for left in range(times, 0, -at_once):
                    part.write(block[: left * len(piece.encode())])
            part.write(f"</{name}sheetData></{name}worksheet>".encode())
    return path
