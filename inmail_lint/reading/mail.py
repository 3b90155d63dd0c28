"""Drafts saved as mail (RFC 5322): plain or HTML body, any transfer encoding, places kept as far as they exist."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage
from html.parser import HTMLParser

from inmail_lint.draft import Draft
from inmail_lint.errors import DraftError, Fault
from inmail_lint.reading.fields import Record, trimmed

_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol", "table", "blockquote", "section",
                     "article", "header", "footer"})
_SKIPPED = frozenset(["style", "script", "head", "title"])


def read_mail(text: str, path: str) -> Draft:
    """One draft from the text of an .eml file; raises DraftError."""
    message = email.message_from_string(text, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise DraftError(Fault(path, "this is no mail: it has no header lines such as 'Subject:'", 1))
    record = Record(path, 1, text)
    subject = " ".join(str(message["Subject"] or "").split())
    record.values.update(subject=subject, kind="email", to=_address(message))
    record.offsets["subject"] = _find(text, subject)
    part = message.get_body(("plain", "html"))
    if part is None or not isinstance(part, EmailMessage):
        raise record.error("the mail has no text part; save the message itself, not its attachment")
    content, offsets = _content(part, text)
    if part.get_content_subtype() == "html":
        content, offsets = _Stripper.strip(content, offsets)
    begin, end = trimmed(content, 0, len(content))
    record.values["body"] = content[begin:end]
    record.offsets["body"] = offsets[begin:end]
    _own_headers(message, record)
    return record.draft()


def _address(message: EmailMessage) -> str:
    to = message["To"]
    addresses = getattr(to, "addresses", ())
    return addresses[0].display_name if addresses else ""


def _own_headers(message: EmailMessage, record: Record) -> None:
    """`X-Kind`, `X-Company` and the like carry what a mail has no header for."""
    for name in message:
        if name.lower().startswith("x-inmail-"):
            record.set(name[len("x-inmail-"):].replace("-", "_"), str(message[name]))


def _find(text: str, value: str) -> tuple[int, ...]:
    head = text[: text.find("\n\n") + 1 or len(text)]
    at = head.find(value) if value else -1
    if at >= 0:
        return tuple(range(at, at + len(value)))
    match = re.search(r"^subject:[ \t]*", head, re.IGNORECASE | re.MULTILINE)
    return (match.end() if match else 0,) * len(value)


def _content(part: EmailMessage, text: str) -> tuple[str, tuple[int, ...]]:
    """The part's text and, for each character, its offset in the file."""
    raw = part.get_payload(decode=False)
    payload = raw if isinstance(raw, str) else ""
    start = text.find(payload) if payload else 0
    encoding = str(part.get("Content-Transfer-Encoding", "")).lower()
    if encoding == "quoted-printable":
        return _quoted_printable(payload, max(start, 0), part.get_content_charset("utf-8"))
    if encoding == "base64":
        content = str(part.get_content()).replace("\r\n", "\n")
        return content, (max(start, 0),) * len(content)
    return payload, tuple(range(start, start + len(payload)))


def _quoted_printable(payload: str, start: int, charset: str) -> tuple[str, tuple[int, ...]]:
    """Decode `=C3=A1` and soft line breaks, noting where each character begins."""
    data = bytearray()
    places: list[int] = []
    for match in re.finditer(r"=\n|=([0-9A-Fa-f]{2})|([\s\S])", payload):
        code, char = match.group(1), match.group(2)
        values = bytes.fromhex(code) if code else (char or "").encode(charset, "replace")
        data += values
        places += [start + match.start()] * len(values)
    try:
        whole = data.decode(charset)
    except (UnicodeDecodeError, LookupError):
        charset = "cp1252"
        whole = data.decode(charset, "replace")
    offsets: list[int] = []
    at = 0
    for char in whole:
        offsets.append(places[min(at, len(places) - 1)])
        at += len(char.encode(charset, "replace"))
    return whole, tuple(offsets)


class _Stripper(HTMLParser):
    """HTML → text with the offset of each character; blocks become line breaks."""

    def __init__(self, html: str, offsets: tuple[int, ...]) -> None:
        super().__init__(convert_charrefs=False)
        self._starts = [0]
        for match in re.finditer("\n", html):
            self._starts.append(match.end())
        self._source = offsets
        self._hidden = 0
        self.chars: list[str] = []
        self.offsets: list[int] = []

    @classmethod
    def strip(cls, html: str, offsets: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        stripper = cls(html, offsets)
        stripper.feed(html)
        stripper.close()
        return "".join(stripper.chars), tuple(stripper.offsets)

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
        have = len(self.chars) - len("".join(self.chars).rstrip("\n"))
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
