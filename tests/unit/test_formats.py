"""Web pages, PDFs, e-books and Word files become clean text, or one clear sentence."""

# ruff: noqa: E501
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import formats, html_text, pdf_text
from index.documents import load
from index.errors import DocumentError

pytest.importorskip("lxml")

PAGE = """<!DOCTYPE html><html><head><title>The Lost Ring - Tales Daily</title><meta charset=utf-8>
<script>var x = "<p>evil</p>"</script><style>p {}</style></head><body class="has-sidebar">
<header class=masthead><a href=/>Tales Daily</a><nav><ul><li><a href=/a>News</a></ul></nav></header>
<article><h1>The Lost Ring</h1><p>By <a href=/ann>Ann Ek</a></p>
<p>Once there was a <b>king</b> who\nlost his&nbsp;ring in the <a href=/l>deep lake</a>.</p>
<p>He wept,<br>and wept for &lt;days&gt;.</p><ul><li>One fish came.<li><p>Two fish came.</p></ul>
<table><tr><th>Fish<td>Size<tr><td>Cod<td>3</table><!-- no --><p><a href=/m>Read more tales here</a></p>
<div class="share-buttons">Share it</div><pre>line one\n  line two</pre>Bare text.</article>
<div hidden>secret</div><aside>Other tales</aside><footer>Copyright</footer></body></html>"""


def convert(name: str, data: bytes) -> tuple[str, str]:
    return formats.convert(Path(name), data)


def wrong(name: str, data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        convert(name, data)
    return caught.value.message


def zipped(files: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_a_page_is_its_article() -> None:
    assert convert("page.html", PAGE.encode()) == (
        "The Lost Ring",
        "The Lost Ring\n\nBy Ann Ek\n\nOnce there was a king who lost his ring in the deep lake.\n\n"
        "He wept,\nand wept for <days>.\n- One fish came.\n- Two fish came.\n\nFish | Size\n\nCod | 3"
        "\n\nline one\nline two\n\nBare text.",
    )


def test_a_page_without_an_article_is_its_body() -> None:
    title, text = convert(
        "my_page.htm", b"<p>Once.<p>Twice.<div>A<span>B</span><div>C</div>D</div>"
    )
    assert (title, text) == ("my page", "Once.\n\nTwice.\n\nAB\n\nC\n\nD")


def test_every_chapter_of_a_book_on_one_page_is_kept() -> None:
    chapters = "".join(f"<div class=chapter><h2>{n}</h2><p>Text {n}.</p></div>" for n in range(9))
    assert all(f"Text {n}." in convert("b.html", chapters.encode())[1] for n in range(9))


def test_a_page_that_is_all_furniture_is_read_whole() -> None:
    assert convert("a.html", b"<form><p>The only words.</p></form>")[1] == "The only words."


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("<p>Ærø — “é”".encode(), "Ærø — “é”"),
        ("<meta charset=windows-1252><p>“é”".encode("cp1252"), "“é”"),
        ("\ufeff<p>é".encode("utf-16-le"), "é"),
        ('<?xml version="1.0" encoding="utf-8"?><html><body><p>é'.encode(), "é"),
    ],
)
def test_a_page_is_decoded_as_it_says(data: bytes, text: str) -> None:
    assert convert("a.html", data)[1] == text


def test_pages_without_text_are_one_sentence() -> None:
    assert wrong("a.html", b"") == "a.html has no text in it."
    assert wrong("a.html", b"<script>let x</script>") == "a.html has no text in it."
    assert wrong("a.html", b"\x00\x01\xff") == "a.html is not text."


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<div>", "<table><tr>", "<li>", "<", "a", "&#0;", "<nav>"])
    )
)
def test_any_markup_is_read(parts: list[str]) -> None:
    html_text.extract(("x" + "".join(parts)).encode(), "x", whole=True)


def test_deep_pages_are_read() -> None:
    html_text.extract(b"<div>" * 20_000 + b"deep", "x")


CONTAINER = (
    '<container xmlns="c"><rootfiles><rootfile full-path="O/p.opf"/></rootfiles></container>'
)
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">
<metadata><dc:title>The Fox</dc:title></metadata><manifest>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="b" href="two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="a" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="i" href="cover.jpg" media-type="image/jpeg"/>
</manifest><spine><itemref idref="n"/><itemref idref="i"/><itemref idref="a"/><itemref idref="b"/>
<itemref idref="missing"/></spine></package>"""
BOOK: dict[str, str | bytes] = {
    "META-INF/container.xml": CONTAINER,
    "O/p.opf": PACKAGE,
    "O/nav.xhtml": "<p>Contents</p>",
    "O/one.xhtml": "<?xml version='1.0' encoding='utf-8'?><html><body><h1>One</h1><p>A fox.</p></body></html>",
    "O/two b.xhtml": "<p>It ran.</p>",
}


def test_a_book_is_its_chapters_in_order() -> None:
    assert convert("b.epub", zipped(BOOK)) == ("The Fox", "One\n\nA fox.\n\nIt ran.")


def test_a_protected_book_is_one_sentence() -> None:
    locked = '<e xmlns="x"><CipherReference URI="O/one.xhtml"/></e>'
    data = zipped({**BOOK, "META-INF/encryption.xml": locked})
    assert wrong("b.epub", data) == "b.epub is copy-protected and can't be read."
    fonts = zipped({**BOOK, "META-INF/encryption.xml": locked.replace("one.xhtml", "f.otf")})
    assert convert("b.epub", fonts)[0] == "The Fox"


def test_entities_neither_grow_nor_read_files() -> None:
    bomb = f'<!DOCTYPE p [<!ENTITY f SYSTEM "file:///etc/passwd">]>{PACKAGE}'
    title, _ = convert("b.epub", zipped({**BOOK, "O/p.opf": bomb.replace("The Fox", "&f;")}))
    assert title == "b"


@pytest.mark.parametrize("name", ["b.epub", "b.docx"])
def test_damaged_and_huge_archives_are_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for data in (b"", b"PK\x03\x04junk", zipped({"x": "y"}), zipped(BOOK)[:-40]):
        assert wrong(name, data) == f"{name} is damaged and can't be read."
    monkeypatch.setattr(formats, "MAX_UNPACKED", 2_000_000)
    bomb = zipped({"x": b"\0" * 2_000_001})
    assert wrong(name, bomb) == f"{name} unpacks to more than 2 MB, too much for a story."


def test_a_word_file_is_its_paragraphs_and_tables() -> None:
    import docx

    document = docx.Document()
    document.core_properties.title = "The Fox"
    document.add_heading("One", 1)
    document.add_paragraph("A fox met a crow.")
    document.add_paragraph("A point", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Fox", "red"
    data = io.BytesIO()
    document.save(data)
    assert convert("f.docx", data.getvalue()) == (
        "The Fox",
        "One\n\nA fox met a crow.\n\n- A point\n\nFox | red",
    )
    assert "protected by a password" in wrong("f.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def test_a_merged_cell_of_a_word_file_is_read_once() -> None:
    import docx

    document, data = docx.Document(), io.BytesIO()
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "The crew"
    for column, word in enumerate(("one", "one", "two")):
        table.cell(1, column).text = word
    document.save(data)
    assert convert("f.docx", data.getvalue())[1] == "The crew\none | one | two"


def pdf(*lines: str, title: str = "", password: str = "") -> bytes:
    import pypdf
    from pypdf import generic

    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(600, 800)
    font = generic.DictionaryObject(
        {generic.NameObject(f"/{key}"): generic.NameObject(f"/{value}") for key, value in
         {"Type": "Font", "Subtype": "Type1", "BaseFont": "Helvetica"}.items()}
    )  # fmt: skip
    fonts = generic.DictionaryObject({generic.NameObject("/F"): font})
    page[generic.NameObject("/Resources")] = generic.DictionaryObject(
        {generic.NameObject("/Font"): fonts}
    )
    shown = "".join(
        f"{line} TJ 0 -14 Td " if line.startswith("[") else f"({line}) Tj 0 -14 Td "
        for line in lines
    )
    stream = generic.DecodedStreamObject()
    stream.set_data(f"BT /F 12 Tf 50 700 Td {shown}ET".encode())
    page[generic.NameObject("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def test_a_pdf_is_its_text_and_title() -> None:
    lines = ("A fox who lived in a deep wood once met a won-", "derful crow.", "12")
    text = "A fox who lived in a deep wood once met a wonderful crow."
    assert convert("my_fox.pdf", pdf(*lines, title="The Fox")) == ("The Fox", text)
    assert convert("my_fox.pdf", pdf(*lines, title="Microsoft Word - x.doc")) == ("my fox", text)


def test_letters_moved_closer_or_apart_stay_one_word() -> None:
    kerned = "[(Ther) 18 (e) -333 (liv) -40 (ed a f) 25 (ox in the W) 80 (est.)]"
    assert convert("f.pdf", pdf(kerned))[1] == "There lived a fox in the West."


def test_pdfs_that_can_not_be_read_are_one_sentence() -> None:
    assert wrong("a.pdf", pdf("Text", password="x")) == "a.pdf is protected by a password."
    assert wrong("a.pdf", pdf()) == "a.pdf has no text in it; its pages may be pictures."
    assert wrong("a.pdf", b"%PDF-1.7 junk") == "a.pdf is damaged and can't be read."
    assert wrong("a.pdf", b"") == "a.pdf is damaged and can't be read."


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [["The Fox", "", f"Line {n} of text.", f"- {len(n)} -"] for n in ("a", "b", "c", "d")]
    pages.append(["Last page, 12 foxes.", "The Fox Press 2020", "xii"])
    assert pdf_text.bodies(pages) == [
        "Line a of text.", "Line b of text.", "Line c of text.", "Line d of text.",
        "Last page, 12 foxes.", "The Fox Press 2020",
    ]  # fmt: skip


def test_a_roman_page_number_is_well_formed_and_alone() -> None:
    for number in ("xiv", "III", "- iv -", "[xc]", "Page lxxxviii"):
        assert pdf_text.bodies([["A line.", number]]) == ["A line."]
    for word in ("ill.", "civil", "ill", "Li", "“I”", "mix"):
        assert pdf_text.bodies([["A line.", word]]) == ["A line.", word]


def test_lines_become_paragraphs() -> None:
    lines = [
        "Chapter One",
        "It was a dark and stormy night, and the rain fell in tor-",
        "rents, except at intervals, when it was checked by wind.",
        "He slept.",
        "She did not sleep, as the wind was loud and she could not",
        "",
        "Then came a well-known man, who said that he was the one:",
        "• a king",
        "• a thief",
    ]
    assert pdf_text.reflowed(lines) == (
        "Chapter One\n\n"
        "It was a dark and stormy night, and the rain fell in torrents, except at intervals, when it "
        "was checked by wind. He slept.\n\n"
        "She did not sleep, as the wind was loud and she could not\n\n"
        "Then came a well-known man, who said that he was the one:\n\n• a king\n\n• a thief"
    )


def test_a_word_written_with_a_hyphen_elsewhere_keeps_it() -> None:
    lines = ["A well-known man met another who was less well-", "known, but won-", "derful."]
    assert pdf_text.reflowed(lines) == (
        "A well-known man met another who was less well-known, but wonderful."
    )


def test_standard_input_is_known_by_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    import docx

    word, file = docx.Document(), io.BytesIO()
    word.add_paragraph("A fox met a crow.")
    word.save(file)
    known = {
        PAGE.encode(): ("The Lost Ring", "Once there was a king"),
        ("\ufeff \n" + PAGE).encode(): ("The Lost Ring", "Once there was a king"),
        ("\ufeff" + PAGE).encode("utf-16-le"): ("The Lost Ring", "Once there was a king"),
        b"<?xml version='1.0'?>\n<!-- a --><HTML><p>A fox.": ("standard input", "A fox."),
        pdf("A fox ran home.", title="Fox"): ("Fox", "A fox ran home."),
        zipped(BOOK): ("The Fox", "It ran."),
        file.getvalue(): ("standard input", "A fox met a crow."),
        b"A fox.\n<html> is a tag.": ("standard input", "<html> is a tag."),
        b"<!-- a -->" * 400: ("standard input", "<!-- a -->"),
    }
    for data, (title, text) in known.items():
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        document = load("-")
        assert text in document.text and document.title == title and document.source == ""
        assert "<p>" not in document.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04junk", "standard input is damaged and can't be read."),
        (b"%PDF-1.7 junk", "standard input is damaged and can't be read."),
        (zipped({"x": "y"}), "standard input is not text."),
        (b"<html></html>", "standard input has no text in it."),
    ],
)
def test_standard_input_that_is_no_story(
    data: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    with pytest.raises(DocumentError) as caught:
        load("-")
    assert caught.value.message == said
