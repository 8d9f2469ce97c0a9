"""Pages for print: one typst template and its data give one PDF, tagged, with its fonts inside."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst

PAPERS = Path(__file__).parent / "papers"


@cache
def fonts() -> typst.Fonts:
    """Those of the papers and typst's own, read once; nothing of the machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(PAPERS / "fonts")])


def printed(paper: str, facts: Mapping[str, object]) -> bytes:
    """The PDF of `papers/<paper>.typ`. The facts are data to the template, never part of its text."""
    pdf: bytes = typst.compile(
        str(PAPERS / f"{paper}.typ"),
        root=str(PAPERS),
        sys_inputs={"facts": json.dumps(facts)},
        font_paths=fonts(),
        pdf_standards="ua-1",
    )
    return pdf
