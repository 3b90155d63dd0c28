"""Drafts saved as mail (RFC 5322): plain or HTML body, any transfer encoding, places kept as far as they exist."""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from collections.abc import Sequence
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError, Fault
from inmail_lint.reading.fields import Record, trimmed
from inmail_lint.reading.limits import LONGEST_HEADER, MOST_MULTIPARTS, MOST_OPEN_TAGS, MOST_PARTS

_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "section",
                     "article", "header", "footer"})
_MULTIPART = re.compile(r"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_READ = ("subject", "to", "x-inmail-")
_CONTENT_HEADER = re.compile(r"^(content-[\w-]+):(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_OPEN_TAG = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_QUOTED = re.compile(r"=\n|=([0-9A-Fa-f]{2})|([\s\S])")
_NOT_BYTEWISE = ("idna", "punycode", "undefined", "utf-16", "utf-32")  # encodings that cannot begin at any byte
_SKIPPED = frozenset(["style", "script", "head", "title"])


def read_mail(text: str, path: str) -> Draft:
    """One draft from the text of an .eml file; raises DraftError."""
    record = Record(path, 1, text)
    nested = len(_MULTIPART.findall(text))
    if nested > MOST_MULTIPARTS:
        raise record.error(f"the mail has more than {MOST_MULTIPARTS} parts that hold parts; save the message alone")
    if nested and text.count("\n--") > MOST_PARTS:
        raise record.error(f"the mail has more than {MOST_PARTS:,} parts; save the message alone")
    for match in _CONTENT_HEADER.finditer(text):  # parsing the mail reads them
        _refuse_long(match.group(1), match.group(2), record)
    message = email.message_from_string(text, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise DraftError(Fault(path, "this is no mail: it has no header lines such as 'Subject:'", 1))
    for name, value in message.raw_items():
        if name.lower().startswith(_READ):
            _refuse_long(name, value, record)
    subject = " ".join(str(_header(message, "Subject")).split())
    record.values.update(subject=subject, kind="email", to=_address(message))
    record.offsets["subject"] = _find(text, subject)
    part = _body(message)
    if part is None:
        raise record.error("the mail has no text part; save the message itself, not its attachment")
    content, offsets = _content(part, text)
    if part.get_content_subtype() == "html":
        if _left_open(content) > MOST_OPEN_TAGS:
            raise record.error(f"the HTML has more than {MOST_OPEN_TAGS} signs '<' that nothing closes; save it as plain text")
        content, offsets = _Stripper.strip(content, offsets)
    begin, end = trimmed(content, 0, len(content))
    record.values["body"] = content[begin:end]
    record.offsets["body"] = offsets[begin:end]
    _own_headers(message, record)
    return record.draft()


def _refuse_long(name: str, value: str, record: Record) -> None:
    if len(value) > LONGEST_HEADER:
        raise record.error(f"the header {name} has {len(value):,} characters; at most {LONGEST_HEADER:,} are read")


def _address(message: EmailMessage) -> str:
    addresses = getattr(_header(message, "To"), "addresses", ())
    return addresses[0].display_name if addresses else ""


def _header(message: EmailMessage, name: str) -> Any:
    """A header's value, empty where there is none or it is broken."""
    try:
        return message[name] or ""
    except Exception:  # what the standard parser makes of a broken header: IndexError, AttributeError, RecursionError …
        return ""


def _body(message: EmailMessage) -> EmailMessage | None:
    """The part to read, plain text before HTML."""
    try:
        part = message.get_body(("plain", "html"))
    except Exception:  # as above, for Content-Type and Content-Disposition are such headers
        return None
    return part if isinstance(part, EmailMessage) else None


def _left_open(html: str) -> int:
    """How many signs begin a tag, comment or section that nothing ends, as far as can be told without parsing."""
    comments = html.count("<!--", html.rfind("-->") + 1)
    return comments + html.count("<![", html.rfind("]") + 1) + len(_OPEN_TAG.findall(html))


def _own_headers(message: EmailMessage, record: Record) -> None:
    """`X-Kind`, `X-Company` and the like carry what a mail has no header for."""
    for name in message:
        if name.lower().startswith("x-inmail-"):
            record.set(name[len("x-inmail-"):].replace("-", "_"), str(_header(message, name)))


def _find(text: str, value: str) -> Sequence[int]:
    head = text[: text.find("\n\n") + 1 or len(text)]
    at = head.find(value) if value else -1
    if at >= 0:
        return range(at, at + len(value))
    match = re.search(r"^subject:[ \t]*", head, re.IGNORECASE | re.MULTILINE)
    return (match.end() if match else 0,) * len(value)


def _content(part: EmailMessage, text: str) -> tuple[str, Sequence[int]]:
    """The part's text and, for each character, its offset in the file."""
    raw = part.get_payload(decode=False)
    payload = raw if isinstance(raw, str) else ""
    start = text.find(payload) if payload else 0
    start = max(start, 0)
    encoding = str(_header(part, "Content-Transfer-Encoding")).strip().lower()
    if encoding == "quoted-printable":
        return _quoted_printable(payload, start, _charset(part))
    if encoding == "base64":
        data = part.get_payload(decode=True)
        whole, _ = _decoded(data if isinstance(data, bytes) else b"", _charset(part))
        content = whole.replace("\r\n", "\n").replace("\r", "\n")
        return content, (start,) * len(content)
    return payload, range(start, start + len(payload))


def _charset(part: EmailMessage) -> str:
    """The encoding that a part says it has, UTF-8 where that is none or none that stands for characters byte by byte."""
    try:
        name = str(part.get_content_charset("utf-8"))
        "é".encode(name, "replace")
        codecs.getincrementaldecoder(name)
        return "utf-8" if "escape" in name or codecs.lookup(name).name in _NOT_BYTEWISE else name
    except (LookupError, ValueError):  # ValueError: a NUL in the name, or a codec that replaces nothing
        return "utf-8"


def _decoded(data: bytes, charset: str) -> tuple[str, str]:
    """A text, and the encoding it was in: the one named, or the one that mail programs used without saying so."""
    try:
        return data.decode(charset), charset
    except ValueError:
        return data.decode("cp1252", "replace"), "cp1252"


def _literal(char: str, charset: str) -> bytes:
    """A character that stands for itself: a byte of the part, which is ASCII whatever the charset, unless the mail is broken."""
    return char.encode("ascii" if char.isascii() else charset, "replace")


def _quoted_printable(payload: str, start: int, charset: str) -> tuple[str, Sequence[int]]:
    """Decode `=C3=A1` and soft line breaks, noting where each character begins."""
    data = bytearray()
    places: list[int] = []
    for match in _QUOTED.finditer(payload):
        code, char = match.group(1), match.group(2)
        values = bytes.fromhex(code) if code else _literal(char or "", charset)
        data += values
        places += [start + match.start()] * len(values)
    _, charset = _decoded(bytes(data), charset)
    decoder = codecs.getincrementaldecoder(charset)("replace")
    chars: list[str] = []
    offsets: list[int] = []
    begun = 0  # the byte with which a character began that is not yet whole
    for number in range(len(data)):
        made = decoder.decode(data[number : number + 1], number + 1 == len(data))
        chars.append(made)
        offsets += [places[begun]] * len(made)
        begun = number + 1 if made else begun
    whole = "".join(chars)
    kept = [i for i, c in enumerate(whole) if not (c == "\r" and whole[i + 1 : i + 2] == "\n")]
    return "".join("\n" if whole[i] == "\r" else whole[i] for i in kept), [offsets[i] for i in kept]


class _Stripper(HTMLParser):
    """HTML → text with the offset of each character; blocks become line breaks."""

    def __init__(self, html: str, offsets: Sequence[int]) -> None:
        super().__init__(convert_charrefs=False)
        self._starts = [0]
        for match in re.finditer("\n", html):
            self._starts.append(match.end())
        self._source = offsets
        self._hidden = 0
        self.chars: list[str] = []
        self.offsets: list[int] = []

    @classmethod
    def strip(cls, html: str, offsets: Sequence[int]) -> tuple[str, Sequence[int]]:
        stripper = cls(html, offsets)
        stripper.feed(html)
        stripper.close()
        return "".join(stripper.chars), stripper.offsets

    def _at(self) -> int:
        line, column = self.getpos()
        return min(self._starts[line - 1] + column, len(self._source) - 1)

    def _put(self, text: str, *, literal: bool) -> None:
        start = self._at()
        for i, char in enumerate(text):
            shown = " " if char in "\n\t" and literal else char
            if shown == " " and (not self.chars or self.chars[-1] in " \n"):
                continue
            self.chars.append(shown)
            self.offsets.append(self._source[min(start + i if literal else start, len(self._source) - 1)])

    def _break(self, count: int) -> None:
        while self.chars and self.chars[-1] == " ":
            self.chars.pop()
            self.offsets.pop()
        have = next((n for n, c in enumerate(reversed(self.chars)) if c != "\n"), len(self.chars))
        for _ in range(count - have if self.chars else 0):
            self.chars.append("\n")
            self.offsets.append(self._source[self._at()])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _SKIPPED
        if tag in _BLOCKS:
            self._break(1 if tag in ("br", "li", "tr", "div") else 2)
        if tag == "li":
            self._put("- ", literal=False)

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _SKIPPED))
        if tag in _BLOCKS and tag != "br":
            self._break(1 if tag in ("li", "tr", "div") else 2)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._put(data, literal=True)

    def handle_entityref(self, name: str) -> None:
        import html

        self._put(html.unescape(f"&{name};"), literal=False)

    def handle_charref(self, name: str) -> None:
        import html

        self._put(html.unescape(f"&#{name};"), literal=False)
