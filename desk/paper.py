"""Pages for print: one typst template and its data give one PDF, tagged, with its fonts inside."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import typst

from base.locales import HOUSE, current, speaking

PAPERS = Path(__file__).parent / "papers"
UNWRITTEN = {"ar", "he", "ja", "ko", "zh-Hans"}  # no font of the papers has their letters


@contextmanager
def legible() -> Iterator[None]:
    """Paper in the reader's language; in English where that one's letters are in no font of it."""
    with speaking(HOUSE if current() in UNWRITTEN else current()):
        yield


@cache
def fonts() -> typst.Fonts:
    """Those of the papers and typst's own, read once; nothing of the machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(PAPERS / "fonts")])


def printed(paper: str, facts: Mapping[str, object]) -> bytes:
    """The PDF of `papers/<paper>.typ`. The facts are data to the template, never part of its text.

    A name in letters that no font has cannot be on a page that is read aloud: such a page is an ordinary PDF,
    with a box in place of each."""
    said = json.dumps(facts)
    try:
        return compiled(paper, said, read_aloud=True)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return compiled(paper, said, read_aloud=False)


def compiled(paper: str, facts: str, *, read_aloud: bool) -> bytes:
    pdf: bytes = typst.compile(
        str(PAPERS / f"{paper}.typ"),
        root=str(PAPERS),
        sys_inputs={"facts": facts},
        font_paths=fonts(),
        pdf_standards="ua-1" if read_aloud else None,
    )
    return pdf
