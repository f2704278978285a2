"""The text of a PDF: lines joined to paragraphs, page numbers and running heads left out."""

import re
from collections import Counter
from statistics import quantiles
from threading import Lock

from index.errors import DocumentError

_ONE_AT_A_TIME = Lock()  # PDFium is not thread-safe
_CUT = "\x02"  # what PDFium gives for a hyphen at a line's end, and the line's end with it
MAX_CHARACTERS = 20_000_000
# A roman number is well-formed, in one case and at most between dashes or brackets: "ill." and
# "civil" are words.
_PAGE_NUMBER = re.compile(
    r"(?i:\W*(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*)"
    r"|[-–—()\[\]\s]*(?:(?i:page)\s+)?(?=[ivxlc]+\b|[IVXLC]+\b)"
    r"(?i:c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))[-–—()\[\]\s]*"
)
_FILE_TITLE = re.compile(r"(?:^untitled$|^microsoft word|\.(?:docx?|pdf|indd|tex|dvi|odt)$)", re.I)
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")
_HYPHENATED = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_GOES_ON = re.compile(r"(?:\b(?:the|an?|and|or|of|to|in|on|at|that|with|for|by|as|is|was)|[,;-])$")
_LIGATURES = dict(zip(range(0xFB00, 0xFB07), "ff fi fl ffi ffl st st".split(), strict=True))
_LIST = re.compile(r"[-*•‣▪–]\s|\(?\d{1,2}[.)]\s")


def extract(data: bytes, name: str) -> tuple[str, str]:
    """The PDF's title ("" if it gives none that means anything) and text.

    Raises DocumentError for one that needs a password, PdfiumError for one that is damaged.
    """
    import pypdfium2
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code == FPDF_ERR_PASSWORD:
                raise DocumentError(f"{name} is protected by a password.") from error
            raise
        with document:
            pages = []
            left = MAX_CHARACTERS
            for page in document:
                text = page.get_textpage().get_text_bounded()[:left]
                left -= len(text)
                text = text.translate(_LIGATURES).replace(_CUT, "-\n")
                pages.append([" ".join(line.split()) for line in text.split("\n")])
                if not left:
                    break
            title = document.get_metadata_value("Title").strip()
    return "" if _FILE_TITLE.search(title) else title, reflowed(bodies(pages))


def bodies(pages: list[list[str]]) -> list[str]:
    """The pages' lines, one after the other, without page numbers and running heads and feet.

    A head or foot is a line at a page's edge that many pages have, whatever its numbers are.
    """
    shown = [[line for line in page if line] for page in pages]
    edges: Counter[str] = Counter()
    for page in shown:
        edges.update({_unnumbered(line) for line in (*page[:2], *page[-2:])})
    often = max(3, 0.3 * len(pages))
    running = {line for line, count in edges.items() if count >= often}
    lines: list[str] = []
    for page in pages:
        page = list(page)
        for edge in (0, -1):
            while page and (
                not page[edge]
                or _unnumbered(page[edge]) in running
                or _PAGE_NUMBER.fullmatch(page[edge])
            ):
                del page[edge]
        lines += page
    return lines


def reflowed(lines: list[str]) -> str:
    """The lines as paragraphs: a paragraph's lines joined, words cut at a line's end made whole.

    A paragraph ends at an empty line, or at the end of a sentence in a line that is clearly
    shorter than the page is wide; a heading is a short line before a capital.
    """
    lengths = [len(line) for line in lines if line]
    if not lengths:
        return ""
    # A word that is hyphenated within some line keeps its hyphen at a line's end.
    hyphenated = {word.casefold() for line in lines for word in _HYPHENATED.findall(line)}
    width = quantiles(lengths, n=10)[7] if len(lengths) > 1 else lengths[0]
    paragraphs: list[str] = []
    current = ""
    previous = ""
    for line in lines:
        short = len(previous) < 0.8 * width
        # Only a paragraph's first line can be a heading, and none ends in "that".
        alone = current == previous and len(previous) < 0.6 * width
        heading = alone and line[:1].isupper() and not _GOES_ON.search(previous)
        ends = not line or (short and _SENTENCE_END.search(previous)) or heading
        if current and (ends or _LIST.match(line)):
            paragraphs.append(current)
            current = ""
        current = _joined(current, line, hyphenated)
        previous = line
    return "\n\n".join(one for one in (*paragraphs, current) if one)


def _joined(text: str, line: str, hyphenated: set[str]) -> str:
    if not text or not line:
        return text or line
    cut = re.search(r"([^\W\d_]+)[-\u00ad\u2010]$", text)
    rest = re.match(r"[^\W\d_]+", line)
    if not (cut and rest and rest[0][0].islower()):
        return f"{text} {line}"
    whole = f"{cut[1]}-{rest[0]}".casefold()
    return (text if whole in hyphenated else text[: cut.end(1)]) + line


def _unnumbered(line: str) -> str:
    return re.sub(r"\d+", "#", line.casefold())
