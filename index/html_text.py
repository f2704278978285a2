"""The readable text of an HTML page, without menus, forms and the rest of a page's furniture."""

import re
from typing import Any

from index.documents import decode

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_UNREAD = frozenset(
    "script style noscript template svg math iframe object embed canvas audio video select option "
    "button input textarea head map dialog".split()
)
_FURNITURE = frozenset("nav aside footer form menu".split())
_FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alert menu menubar".split()
)
_FURNITURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|sidebar|footer|cookies?|consent|gdpr|advert\w*|ads?|promo"
    r"|newsletter|subscribe|signup|share|sharing|social|comments?|disqus|related|recommended|breadcrumbs?"
    r"|popup|modal|pagination|skip-link|masthead|toolbar|editsection|noprint|navbox|reference)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main nav ol p "
    "pre section summary table tbody tfoot thead tr ul".split()
)


def extract(data: bytes, name: str, whole: bool = False) -> tuple[str, str]:
    """The title ("" if there is none) and text of an HTML page.

    whole: keep everything that is shown, as for a chapter of a book. Raises DocumentError when
    the bytes are no text.
    """
    from lxml import etree, html  # type: ignore[import-untyped]

    markup = _DECLARATION.sub("", _decoded(data, name)).replace("\0", "")
    if not markup.strip():
        return "", ""
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        page = html.document_fromstring(markup, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return "", ""
    title = _title(page)
    body = page.find("body")
    body = page if body is None else body
    if not whole:
        main = _main(body)
        text = _text(main, _length(main), furniture=False)
        # A page that is all furniture to these rules is read whole.
        if len(text) >= 200 or len(text) * 3 >= _length(body):
            return title, text
    return title, _text(body, _length(body), furniture=True)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = _CHARSET.search(data[:4096])
        if said and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                return data.decode(said[1].decode())
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(data, name)


def _title(page: Any) -> str:
    """The one first heading if the page's title has it, else the page's title."""
    titles = [_squeezed(one.text_content()) for one in page.iter("title")]
    headings = [_squeezed(one.text_content()) for one in page.iter("h1")]
    headings = [heading for heading in headings if heading]
    title = titles[0] if titles else ""
    if headings and (not title or headings[0] in title):
        return headings[0]
    return title


def _main(body: Any) -> Any:
    """The element that holds most of the page's paragraphs, if it is marked as the main one."""
    total = sum(_length(one) for one in body.iter("p")) or 1
    marked = [*body.iter("article"), *body.iter("main"), *body.xpath(".//*[@role='main']")]
    for one in marked:
        if sum(_length(p) for p in one.iter("p")) > 0.6 * total:
            return one
    return body


def _text(root: Any, size: int, furniture: bool) -> str:
    """The root's blocks as paragraphs. furniture: keep menus and link lists too."""
    done: list[str] = []
    words: list[str] = []
    linked = 0

    def close(prefix: str = "") -> None:
        nonlocal linked
        lines = [_squeezed(line) for line in "".join(words).split("\n")]
        block = "\n".join(line for line in lines if line)
        if block and (furniture or not (linked > 0.8 * len(block) and len(block) < 300)):
            done.append(prefix + block)
        words.clear()
        linked = 0

    # Depth first without recursion: a page may nest thousands deep.
    stack: list[tuple[Any, bool]] = [(root, False)]
    links = kept_lines = 0
    prefix = ""
    while stack:
        element, leaving = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        if leaving:
            if tag in _BLOCKS:
                close(prefix)
                prefix = ""
            kept_lines -= tag == "pre"
            links -= tag == "a"
            words.append(" | " if tag in ("td", "th") else "")
        else:
            if (
                tag in _UNREAD
                or not tag
                or _hidden(element)
                or (not furniture and element is not root and _is_furniture(element, size))
            ):
                if tag in _BLOCKS:
                    close(prefix)
            else:
                if tag in _BLOCKS:
                    close(prefix)
                    prefix = "- " if tag == "li" else prefix if tag == "p" else ""
                words.append("\n" if tag == "br" else "")
                kept_lines += tag == "pre"
                links += tag == "a" and bool(element.get("href"))
                own = element.text or ""
                words.append(own if kept_lines else re.sub(r"\s+", " ", own))
                linked += len(own.strip()) if links else 0
                stack.append((element, True))
                stack.extend((child, False) for child in reversed(element))
                continue
        if element is not root and element.tail:
            words.append(element.tail if kept_lines else re.sub(r"\s+", " ", element.tail))
            linked += len(element.tail.strip()) if links else 0
    close(prefix)
    return "\n\n".join(done).replace("\n\n- ", "\n- ")


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
    )


def _is_furniture(element: Any, size: int) -> bool:
    if element.tag in _FURNITURE or element.get("role") in _FURNITURE_ROLES:
        return _length(element) < 0.5 * size
    if element.tag == "header" and element.find(".//h1") is None:
        return _length(element) < 0.2 * size
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    # A wrapper around everything may be called "has-sidebar".
    return bool(_FURNITURE_NAME.search(names)) and _length(element) < 0.3 * size


def _length(element: Any) -> int:
    return len(_squeezed(element.text_content()))


def _squeezed(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").split()).strip(" |")
