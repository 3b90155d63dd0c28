"""Files that want to crash, hang or fill the reader: each is refused with one line that says the limit, the others are read."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
import time
from pathlib import Path

import pytest

from inmail_lint import Draft, DraftError
from inmail_lint.linter import LONGEST_BODY, MOST_PLACES
from inmail_lint.reading import contents, limits, read_paths
from inmail_lint.reading.limits import LARGEST_FILE
from inmail_lint.source import DEEPEST, parse_yaml

Item = Draft | DraftError
_MAIL = "Subject: x\nContent-Type: text/plain; charset={}\nContent-Transfer-Encoding: {}\n\n{}\n"
_HTML = "Subject: x\nContent-Type: text/html\n\n"


def _read(tmp_path: Path, name: str, content: str | bytes) -> list[Item]:
    file = tmp_path / name
    file.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    begin = time.process_time()
    items = list(read_paths([str(file)]))
    assert time.process_time() - begin < 10
    return items


def _line(tmp_path: Path, item: Item) -> str:
    assert isinstance(item, DraftError), item
    line = str(item).removeprefix(str(tmp_path) + os.sep)
    assert "\n" not in line
    return line


def _nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(("name", "content", "message"), [
    ("a.json", _nested(100_000), "a.json:1:21: broken JSON: more than 20 values inside each other; mend this line"),
    ("a.json", '{"body": "x", "a": %s}' % _nested(100_000),  # noqa: UP031
     "a.json:1:39: broken JSON: more than 20 values inside each other; mend this line"),
    ("a.md", f"---\nsubject: {_nested(5_000)}\n---\nHola",
     "a.md:2:29: this stands more than 20 levels deep; no file needs that"),
    ("a.md", "---\n" + "- " * 5_000 + "\n---\nHola", "a.md:2:41: this stands more than 20 levels deep; no file needs that"),
    ("a.md", f"---\nsubject: {'x' * 50_000}\n---\nHola",
     "a.md:1: the front matter has 50,010 characters; at most 20,000 are read: put the message after it, and facts in a few "
     "words"),
    ("a.md", "---\nrecipient: &a {company: *a}\n---\nHola", "a.md:2:25: aliases are not read; write out what *a stands for"),
    ("a.md", "---\nsubject: [a, b]\n---\nHola", "a.md:1: 'subject' must be a text, not list"),
    ("a.md", "---\nsubject: a\nasunto: b\n---\nHola", "a.md:3: field 'asunto' is given twice, once under another name; keep one"),
    ("a.txt", "Subject: a\nSubject: b\n\nHola", "a.txt:2: header 'Subject' is given twice; keep one"),
    ("a.csv", "body,Body\na,b\n", "a.csv:1: the column 'body' is there twice; keep one"),
    ("a.csv", "body" + ",c" * 1_000_000 + "\nHola",
     "a.csv:1: a row has more than 1,000 cells; keep the columns that drafts need"),
    ("a.eml", "Subject: " + "=?utf-8?q?a?= " * 20_000 + "\n\nHola",
     "a.eml:1: the header Subject has 280,000 characters; at most 5,000 are read"),
    ("a.eml", "Subject: x\nContent-Type: " + "a;" * 9_000 + "\n\nHola",
     "a.eml:1: the header Content-Type has 18,001 characters; at most 5,000 are read"),
    ("a.eml", "Subject: x\n" + "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n' for i in range(2_000)),
     "a.eml:1: the mail has more than 50 parts that hold parts; save the message alone"),
    ("a.eml", "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 100_000,
     "a.eml:1: the mail has more than 1,000 parts; save the message alone"),
    *(("a.eml", _HTML + piece * 30_000 + "hello",
       "a.eml:1: the HTML has more than 200 signs '<' that nothing closes; save it as plain text")
      for piece in ("<!--", "<!-- >", "<![ >", '<a "', "<")),
])
def test_refused_with_its_limit(tmp_path: Path, name: str, content: str, message: str) -> None:
    items = _read(tmp_path, name, content)
    assert [_line(tmp_path, item) for item in items] == [message]


@pytest.mark.parametrize(("name", "content", "body"), [
    ("a.eml", _MAIL.format("nonsense", "quoted-printable", "Hola =C3=A1"), "Hola á"),
    ("a.eml", _MAIL.format("nonsense", "base64", "SG9sYQ=="), "Hola"),
    ("a.eml", _MAIL.format("rot13", "quoted-printable", "Hola =C3=A1"), "Hola á"),
    ("a.eml", _MAIL.format("idna", "quoted-printable", "Hola =C3=A1"), "Hola á"),
    ("a.eml", _MAIL.format("utf-16", "quoted-printable", "Hola =C3=A1"), "Hola á"),
    ("a.eml", _MAIL.format("utf-8", "quoted-printable", "a=0D=0Ab=0Dc"), "a\nb\nc"),
    ("a.eml", _MAIL.format("shift_jis", "quoted-printable", "=83n=83=8D=81["), "ハロー"),
    ("a.eml", "To: =?utf-8?q?=FF?= <a@\nSubject: x\n\nHola", "Hola"),
    ("a.eml", f"To: {'(' * 4_000}\nSubject: x\n\nHola", "Hola"),
    ("a.eml", _HTML + "<div>" * 100_000 + "Hola", "Hola"),
    ("a.eml", _HTML + "<p>" + "x<br>" * 50_000, "x\n" * 49_999 + "x"),
    ("a.json", '{"body": "Hola", "id": %s}' % ("9" * 5_000), "Hola"),
    ("a.json", '{"dr\\u0061fts": [{"body": "Hola"}]}', "Hola"),
    ("a.json", '{"note": "\\"drafts\\" [", "x": {"drafts": [1]}, "drafts": [{"body": "Hola"}]}', "Hola"),
    ("a.json", '{"body": "a", "body": "Hola"}', "Hola"),
    ("a.txt", "Subject: x" + "\nFacts: y" * 20_000 + "\n\nHola", "Hola"),
    ("a.txt", f"Ignore: a{' ' * 100_000}b\n\nHola", "Hola"),
    ("a.csv", f'body\n"{"x" * 1_000_000}"\n', "x" * 1_000_000),
])
def test_read_all_the_same(tmp_path: Path, name: str, content: str, body: str) -> None:
    items = _read(tmp_path, name, content)
    assert [item.body for item in items if isinstance(item, Draft)] == [body]
    assert len(items) == 1
    draft = items[0]
    assert isinstance(draft, Draft)
    line, column = draft.locate("body", len(body) - 1)
    lines = content.split("\n")
    assert 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1


def test_aliases_that_unfold_without_end(tmp_path: Path) -> None:
    bomb = "recipient:\n  a0: &a0 {a: x}\n" + "".join(f"  a{i}: &a{i} {{a: *a{i - 1}, b: *a{i - 1}}}\n" for i in range(1, 40))
    items = _read(tmp_path, "a.md", f"---\n{bomb}---\nHola")
    assert isinstance(items[0], DraftError)
    assert [str(f) for f in items[0].faults] == [f"{tmp_path / 'a.md'}:4:15: aliases are not read; write out what *a0 stands for"]


def test_a_broken_line_leaves_the_others(tmp_path: Path) -> None:
    lines = [f'{{"body": "a", "x": {_nested(15)}}}', f'{{"body": "b", "x": {_nested(9_000)}}}', '{"body": "c"}']
    items = _read(tmp_path, "a.jsonl", "\n".join(lines))
    assert [getattr(i, "body", "error") for i in items] == ["a", "error", "c"]


def test_yaml_of_rules_may_be_deep_but_ends_nothing() -> None:
    faults: list[object] = []
    assert parse_yaml(_nested(DEEPEST - 1), "", faults) is not None  # type: ignore[arg-type]
    assert parse_yaml(_nested(100_000), "", faults) is None  # type: ignore[arg-type]
    assert len(faults) == 1


def test_a_name_of_a_million_characters_makes_no_message_of_them(tmp_path: Path) -> None:
    items = _read(tmp_path, "a.jsonl", json.dumps({"body": "x", "kind": "k" * 1_000_000}))
    assert len(_line(tmp_path, items[0])) < 1_200
    assert str(items[0]).endswith("use one of inmail, open-profile, sponsored, connection, email")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_devices_sockets_and_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "PIPE_PATIENCE", 0.2)
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "up").symlink_to("..")
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop.txt").symlink_to("loop.txt")
    (folder / "good.txt").write_text("Hola Ana")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        items = list(read_paths([str(folder), "/dev/zero", "/dev/null", "a\0b", "x" * 5_000]))
    assert [i.body for i in items if isinstance(i, Draft)] == ["Hola Ana"]
    said = [str(i).split(": ", 1)[1] for i in items if isinstance(i, DraftError)]
    assert said[0].startswith("cannot be read: too many levels of symbolic links")
    assert said[1].startswith("a pipe into which nobody wrote for 0 seconds; start its writer")
    assert said[2].startswith("this is a socket, not a file")
    assert said[3] == said[4] == "this is a device, not a file; give a file, or - for standard input"
    assert said[5].startswith("cannot be read: ")
    assert said[6].startswith("cannot be read: file name too long")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_with_a_writer_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def write() -> None:
        with pipe.open("wb") as opened:
            opened.write(b"Hola ")
            opened.flush()
            time.sleep(0.2)
            opened.write(b"Ana")

    writer = threading.Thread(target=write)
    writer.start()
    items = list(read_paths([str(pipe)]))
    writer.join()
    assert [i.body for i in items if isinstance(i, Draft)] == ["Hola Ana"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_nobody_may_list(tmp_path: Path) -> None:
    (tmp_path / "shut").mkdir(mode=0)
    (tmp_path / "a.txt").write_text("Hola Ana")
    items = list(read_paths([str(tmp_path)]))
    assert "cannot be read: permission denied" in str(items[0])
    assert isinstance(items[1], Draft)


def test_a_folder_that_cannot_be_listed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    (tmp_path / "shut").mkdir()
    (tmp_path / "a.txt").write_text("Hola Ana")
    monkeypatch.setattr(os, "scandir", scandir)
    items = list(read_paths([str(tmp_path)]))
    assert str(items[0]).endswith("shut: cannot be read: permission denied; check its permissions")
    assert isinstance(items[1], Draft)


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/n\xff\xfe.txt"
    try:
        Path(os.fsdecode(name)).write_bytes(b"Hola Ana")
    except OSError:
        pytest.skip("this file system takes no such names")
    items = list(read_paths([str(tmp_path)]))
    assert isinstance(items[0], Draft)
    assert items[0].path.endswith("n\ufffd\ufffd.txt")


def test_a_file_that_vanishes_in_between(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text("Hola Ana")
    items = read_paths([str(tmp_path)])
    assert isinstance(next(items), Draft)
    (tmp_path / "b.txt").unlink()
    assert str(next(items)).endswith("b.txt: there is no such file or directory; check the path")


def test_files_of_more_than_fifty_megabytes(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    with file.open("wb") as opened:
        opened.truncate(LARGEST_FILE + 1)
    assert _line(tmp_path, next(iter(read_paths([str(file)])))) == "a.csv: the file has 50.0 MB; at most 50 MB are read: split it"


@pytest.mark.parametrize(("page", "mark"), [("limits.md", ","), ("limits.es.md", ".")])
def test_the_page_of_limits_states_them(page: str, mark: str) -> None:
    text = (Path(__file__).parent.parent / "docs" / page).read_text(encoding="utf-8")
    stated = re.findall(r"\| (?=\d|se abandona|given up)\D*([\d.,]+)(?: MB)?", text)
    wanted = [limits.LARGEST_TEXT // 10**6, LARGEST_FILE // 10**6, LONGEST_BODY, limits.LONGEST_FRONT_MATTER, DEEPEST,
              limits.MOST_COLUMNS, limits.LONGEST_HEADER, limits.MOST_PARTS, limits.MOST_OPEN_TAGS, int(limits.PIPE_PATIENCE)]
    assert [n.rstrip(",.") for n in stated] == [f"{n:,}".replace(",", mark) for n in wanted]
    assert str(limits.MOST_MULTIPARTS) in text and f"{MOST_PLACES:,}".replace(",", mark) in text


def test_a_long_list_of_drafts_is_read_in_time_of_its_length(tmp_path: Path) -> None:
    drafts = [{"body": f"Hola Ana,\n{i}", "subject": "x" * 60} for i in range(40_000)]
    items = _read(tmp_path, "a.json", json.dumps(drafts, indent=0))
    assert len(items) == len(drafts)
    last = items[-1]
    assert isinstance(last, Draft)
    assert last.locate("body", 0) == (4 * len(drafts) - 1, 10)
