from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import MAX_BYTES, bundled, clean, decode, from_text, load
from index.errors import DocumentError


def test_bundled_article_has_a_title_and_no_newsletter_footer() -> None:
    article = bundled()
    assert article.title and "Sign up" not in article.text
    assert article.text.startswith("On Tuesday, Russia sent") and article.text.endswith(
        "last year."
    )


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("naïve café".encode(), "naïve café"),
        (b"\xef\xbb\xbfhello", "hello"),
        ("grüße".encode("utf-16"), "grüße"),
        ("grüße".encode("utf-32"), "grüße"),
        (
            "Il était une fois une très petite fée à l'école".encode("latin-1"),
            "Il était une fois une très petite fée à l'école",
        ),
        (b"a\r\nb\rc", "a\nb\nc"),
        ("e\u0301".encode(), "é"),
        (b"a\x1b[31mred\x1b[0m b\x07\x08", "ared b"),
        (b"a\x1b]0;title\x07b", "ab"),
        ("x\u202eevil\u202c \u200bzero".encode(), "xevil zero"),
    ],
)
def test_loading_cleans_the_text(tmp_path: Path, data: bytes, text: str) -> None:
    file = tmp_path / "story.txt"
    file.write_bytes(data)
    assert load(file).text == text


def test_title_is_the_markdown_heading_or_the_file_name(tmp_path: Path) -> None:
    (tmp_path / "a_b.md").write_text("# The Owl\n\nIt reads.")
    (tmp_path / "the_grey-wolf.txt").write_text("It sings.")
    assert load(tmp_path / "a_b.md").title == "The Owl"
    assert load(tmp_path / "the_grey-wolf.txt").title == "the grey wolf"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\n", "no words"),
        ("dots.txt", b"... !!! ---", "no words"),
        ("zeros.txt", b"abc\x00\x00\x01" * 50, "is not text"),
        ("noise.txt", bytes(range(1, 32)) * 40, "is not text"),
        ("picture.png", b"hello", "no kind of text"),
    ],
)
def test_what_is_no_story_is_refused_in_one_sentence(
    tmp_path: Path, name: str, data: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DocumentError, match=says) as caught:
        load(tmp_path / name)
    assert name in caught.value.message and "\n" not in caught.value.message


CURLY = "“Hi,” said the fox — it’s a naïve café. " * 100
PLAIN = "A fox ran home to its den. " * 20


@pytest.mark.parametrize("size", [200, 2000, 6000])
def test_a_utf_8_text_with_a_bad_byte_or_cut_inside_a_character_is_read(size: int) -> None:
    data = CURLY.encode()
    for cut in range(size, size + 4):
        assert CURLY.startswith(decode(data[:cut], "file").removesuffix("\ufffd"))
    text = decode(data[:size] + b" \xff " + data, "file")
    assert text.endswith(CURLY) and text.count("\ufffd") <= 2


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("“Hi".encode() + b" \xff.", "“Hi \ufffd."),
        ("“Hi”".encode()[:-1], "“Hi\ufffd"),
        ("It’s a naïve café.".encode("cp1252"), "It’s a naïve café."),
    ],
)
def test_a_single_quote_is_enough_to_know_utf_8_by(data: bytes, text: str) -> None:
    assert decode(PLAIN.encode() + data, "file") == PLAIN + text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("It’s a naïve café. ", "cp1252"),
        ("Жила-была лиса в тёмном лесу, и звали её Алиса. " * 300, "cp1251"),
        ("むかしむかし、あるところに、おじいさんが住んでいました。" * 9000, "shift_jis"),
    ],
)
def test_an_encoding_that_shows_late_is_found(text: str, encoding: str) -> None:
    text = PLAIN * 400 + text + PLAIN
    assert decode(text.encode(encoding), "file") == text


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="There is no file"):
        load(tmp_path / "nothing.txt")
    with pytest.raises(DocumentError, match="is a folder"):
        load(tmp_path)
    with pytest.raises(DocumentError):
        load("bad\0name.txt")
    with pytest.raises(DocumentError, match="name too long"):
        load(tmp_path / ("x" * 300 + ".txt"))


def test_a_file_in_a_folder_that_may_not_be_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path, **options: bool) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", closed)
    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(DocumentError, match="permission denied"):
        load(tmp_path / "story.txt")


def test_a_huge_file_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as sparse:
        sparse.truncate(MAX_BYTES * 5)
    with pytest.raises(DocumentError, match="larger than 20 MB"):
        load(file)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text())
def test_cleaned_text_cannot_move_the_cursor(text: str) -> None:
    cleaned = clean(text)
    assert all(c == "\n" or (c >= " " and c not in "\x7f\u202e\u2066\u200b") for c in cleaned)
    cleaned.encode("utf-8")


@given(st.binary(max_size=400))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    try:
        from_text(decode(data, "file"), "file")
    except DocumentError as error:
        assert error.message


def test_a_home_that_nobody_has_is_no_file() -> None:
    with pytest.raises(DocumentError, match="no file"):
        load("~nobody-of-this-name/tale.txt")
