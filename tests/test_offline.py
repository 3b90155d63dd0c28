"""Nothing is ever sent: every command with every option, the library, the spaCy component and tables run where the
interpreter refuses every way out (tests/offline), and it is shown that the refusal works."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from inmail_lint.cli import main
from inmail_lint.output import FORMATS

ROOT = Path(__file__).parent.parent
OFFLINE = Path(__file__).parent / "offline"
PASTED = '{"subject": "Hello", "body": "Hi Ana,\\n\\nAny thoughts?"}\n'

# A program that imports spaCy whole, as the library does and the command does not, imports urllib3 with it, which tries
# whether an address of version 6 can be had on this machine, and sends nothing.
_PROBE = "socket of family 10 by urllib3.util.connection"

# Exit code and line; what is made by one line serves those after it. Every command, option, format and shell must be here.
LINES: list[tuple[int, str]] = [
    *((1, f"check drafts --format {form}") for form in FORMATS),
    (1, "check drafts -o out.html --output json:out.txt --quiet"),
    (1, "check drafts -q -o sarif:out.sarif --verbose"),
    (0, "check drafts --fail-on never --statistics --isolated"),
    (1, "check drafts --summary --ui es --profile linkedin-data --fail-under 99 -v"),
    (0, "check draft.txt --diff --select exclamation"),
    (0, "rules new my-rule --kind forbid --dir mine"),
    (0, "baseline write drafts -o known.json"),
    (0, "baseline write drafts --output known.json --profile guides --rules mine --kind inmail --language en --ui en"
        " --select cta-* --ignore links --config team.toml --isolated --campaign contacts.csv"),
    (0, "baseline write drafts --output known.json"),
    (0, "check drafts --baseline known.json"),
    (1, "check drafts --campaign contacts.csv --quiet"),
    (1, "check - --input-format jsonl --stdin-filename pasted.jsonl --fail-under 100"),
    (0, "rules test my-rule --rules mine --own"),
    (0, "rules coverage --rules mine"),
    (0, "rules list --profile guia-creditos --rules mine --ui es"),
    (0, "rules pages"),
    (0, "rules pages --check"),
    (0, "check draft.txt --fail-on never --full --explain --rules mine --kind email --language en --select cta-* --ignore links"
        " --config team.toml"),
    (0, "check slips.txt --fix --fail-on never"),
    (0, "explain my-rule --profile guides --rules mine --ui en"),
    (0, "explain cta-vague --ui es"),
    (0, "config draft.txt --profile guides --rules mine --kind inmail --language en --ui en --select cta-* --ignore links"
        " --config team.toml --campaign contacts.csv"),
    (0, "config --isolated"),
    (0, "init made --ui es"),
    (0, "schema config"), (0, "schema rule"),
    (0, "completion bash"), (0, "completion zsh"), (0, "completion fish"),
    (0, "measure labelled.jsonl --profile guides --rules mine --by-writer --misses pushy"),
    (1, "check drafts --jobs 2 --cache"), (1, "check drafts --jobs 2 --cache"), (1, "check drafts --jobs auto --no-cache"),
    (0, "cache dir"), (0, "cache clear"),
    (2, "check nowhere.txt"), (2, "explain cta-vage"),
]
# Those that do not end by themselves have a test each below.
STAYING = ["lsp --profile guides --rules mine --ui en", "check drafts --watch --summary --ui en"]


def _commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _lacking(name: str, command: click.Command) -> list[str]:
    """What no line gives to a command: an option by one of its names, a choice of an argument, an output format."""
    said = " ".join(line for line in (*(t for _, t in LINES), *STAYING) if line.startswith(f"{name} ") or line == name).split()
    lacking = [] if said else [name]
    for param in command.params:
        if isinstance(param, click.Option):
            lacking += [names[0] for names in (param.opts, param.secondary_opts) if names and not set(names) & set(said)]
        if isinstance(param.type, click.Choice) and (isinstance(param, click.Argument) or "--format" in param.opts):
            lacking += [str(choice) for choice in param.type.choices if choice not in said]
    return [f"{name}: {what}" for what in lacking]


def test_every_command_and_option_has_its_line() -> None:
    assert not [what for name, command in _commands(main) for what in _lacking(name, command)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the lines need: drafts in every format, a labelled file, own rules, and a checkout whose pages may be written."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("inmail_lint", "rules"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "docs", folder / "docs")
    (folder / "docs" / "rules" / "hedge.md").write_text("not fresh\n", encoding="utf-8")
    for file in (*ROOT.glob("README*.md"), ROOT / "corpus" / "examples" / "seller-en.txt"):
        shutil.copy(file, folder)
    shutil.move(folder / "seller-en.txt", folder / "draft.txt")
    slips = "Hi Ana ,\n\nI read your talk on night buses !!! Shall we talk on Tuesday ?\n"
    (folder / "slips.txt").write_text(slips, encoding="utf-8")
    for name in ("drafts", "mine", "made"):
        (folder / name).mkdir()
    for name in ("wrong-company-en.inmail", "campana.csv", "mail-es.eml", "founders.json", "mixed.jsonl", "sponsored-es.md"):
        shutil.copy(ROOT / "corpus" / "examples" / name, folder / "drafts")
    (folder / "contacts.csv").write_text("Company\nNorda Foods\n", encoding="utf-8")
    (folder / "team.toml").write_text('profile = "guides"\n', encoding="utf-8")
    for form in ("en-us", "es-spain"):
        labelled = (ROOT / "corpus" / "labelled" / f"{form}.jsonl").read_text(encoding="utf-8").splitlines()[:2]
        with (folder / "labelled.jsonl").open("a", encoding="utf-8") as file:
            file.write("\n".join(labelled) + "\n")
    return folder


def _guarded(folder: Path) -> dict[str, str]:
    """Variables under which a Python process and its children have no way out; attempts are in `attempts`."""
    (folder / "attempts").unlink(missing_ok=True)
    path = os.pathsep.join(map(str, (OFFLINE, folder if (folder / "inmail_lint").exists() else ROOT)))
    return {**os.environ, "PYTHONPATH": path, "OFFLINE_LOG": str(folder / "attempts"), "XDG_CACHE_HOME": str(folder / "cache"),
            "PYTHONDONTWRITEBYTECODE": "1"}


def _attempts(folder: Path) -> str:
    log = folder / "attempts"
    return log.read_text(encoding="utf-8") if log.exists() else ""


def test_no_command_opens_a_connection(clone: Path) -> None:
    given = [[shlex.split(line), PASTED if " - " in line else None] for _, line in LINES]
    (clone / "lines.json").write_text(json.dumps(given), encoding="utf-8")
    run = subprocess.run([sys.executable, OFFLINE / "drive.py", "lines.json", "done.json"], cwd=clone, env=_guarded(clone),
                         capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr
    assert _attempts(clone) == ""
    done = json.loads((clone / "done.json").read_text(encoding="utf-8"))
    wrong = [(line, code, output[-500:], error) for (wanted, line), (code, output, error) in zip(LINES, done, strict=True)
             if code != wanted]
    assert not wrong


def test_no_public_function_opens_a_connection(clone: Path) -> None:
    run = subprocess.run([sys.executable, OFFLINE / "library.py"], cwd=clone, env=_guarded(clone), capture_output=True,
                         text=True, check=False, timeout=300)
    assert run.stdout.startswith("judged "), run.stderr
    assert set(_attempts(clone).splitlines()) <= {_PROBE}


def _message(method: str, number: int | None = None, **params: Any) -> bytes:
    body = {"jsonrpc": "2.0", "method": method, "params": params or None} | ({} if number is None else {"id": number})
    data = json.dumps(body).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(data), data)


def test_the_language_server_opens_no_connection(clone: Path) -> None:
    """Started as editors do, over standard input and output; a draft opened, judged, and all ended in order."""
    pytest.importorskip("pygls")
    server = subprocess.Popen([sys.executable, "-m", "inmail_lint.cli", *shlex.split(STAYING[0])], cwd=clone,
                              env=_guarded(clone), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert server.stdin and server.stdout and server.stderr
    document = {"uri": (clone / "new.inmail").as_uri(), "languageId": "inmail", "version": 1,
                "text": "Hi {{name}},\n\nShall we talk?"}
    server.stdin.write(_message("initialize", 1, processId=None, rootUri=None, capabilities={}) + _message("initialized")
                       + _message("textDocument/didOpen", textDocument=document))
    server.stdin.flush()
    said = b""
    while b"publishDiagnostics" not in said or b"placeholder" not in said:
        more = os.read(server.stdout.fileno(), 65536)
        assert more, server.stderr.read().decode()
        said += more
    _, err = server.communicate(_message("shutdown", 2) + _message("exit"), timeout=60)
    assert (server.returncode, _attempts(clone)) == (0, ""), err.decode()


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_watching_opens_no_connection(clone: Path) -> None:
    with (clone / "watched.log").open("wb") as log:
        watch = subprocess.Popen([sys.executable, "-m", "inmail_lint.cli", *shlex.split(STAYING[1])], cwd=clone,
                                 env=_guarded(clone), stdout=log, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 90
    while b"WORST FIRST" not in (clone / "watched.log").read_bytes():
        assert time.monotonic() < end and watch.poll() is None
        time.sleep(0.1)
    watch.terminate()
    watch.wait(30)
    assert _attempts(clone) == ""


# Each must be refused, and none may reach the server that listens on PORT.
WAYS_OUT = {
    "create_connection": "import socket; socket.create_connection(('127.0.0.1', PORT))",
    "a subclass": "import socket\nclass Mine(socket.socket): pass\nMine().connect(('127.0.0.1', PORT))",
    "the bare module": "import _socket; _socket.socket(2, 1).connect(('127.0.0.1', PORT))",
    "version 6": "import socket; socket.socket(socket.AF_INET6).connect(('::1', PORT))",
    "a datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))",
    "a listener": "import socket; socket.create_server(('127.0.0.1', 0))",
    "a name looked up": "import socket; socket.getaddrinfo('localhost', PORT)",
    "urllib": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:PORT/')",
    "http.client": "import http.client; http.client.HTTPConnection('127.0.0.1', PORT).request('GET', '/')",
    "asyncio": "import asyncio; asyncio.run(asyncio.open_connection('127.0.0.1', PORT))",
    "swallowed": "import socket\ntry: socket.create_connection(('127.0.0.1', PORT))\nexcept BaseException: pass",
    "a thread": "import socket, threading\n"
                "threading.Thread(target=socket.create_connection, args=(('127.0.0.1', PORT),)).start()",
    "a child": "import subprocess, sys\n"
               "subprocess.run([sys.executable, '-c', \"import socket; socket.create_connection(('127.0.0.1', PORT))\"])",
    "a fork": "import os, socket\nif os.fork() == 0: socket.create_connection(('127.0.0.1', PORT))\nelse: os.wait()",
    "another program": "import subprocess; subprocess.run(['curl', 'http://127.0.0.1:PORT/'])",
    "a shell": "import os; os.system('true')",
    "textstat": "import textstat",
    "within a draft's judgement": "import socket, inmail_lint.linter as m\nkept = m.check\ndef check(*given):\n"
        "    try: socket.create_connection(('127.0.0.1', PORT))\n    except BaseException: pass\n    return kept(*given)\n"
        "m.check = check\nfrom inmail_lint import lint\nlint(body='Hi Ana, shall we talk?')",
}


@pytest.mark.skipif(os.name == "nt", reason="forks")
def test_the_guard_holds(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        got_out = []
        for name, code in WAYS_OUT.items():
            code = code.replace("PORT", str(server.getsockname()[1]))
            subprocess.run([sys.executable, "-c", code], env=_guarded(tmp_path), capture_output=True, check=False, timeout=60)
            if not _attempts(tmp_path):
                got_out.append(name)
        assert not got_out
        with pytest.raises(TimeoutError):
            server.accept()
    subprocess.run([sys.executable, "-c", "import asyncio, socket\nsocket.socketpair()\nasyncio.run(asyncio.sleep(0))"],
                   env=_guarded(tmp_path), check=True)
    assert _attempts(tmp_path) == ""


def _checked(clone: Path, *before: str) -> tuple[int, bytes]:
    run = subprocess.run([*before, sys.executable, "-m", "inmail_lint.cli", "check", "drafts", "--format", "json"], cwd=clone,
                         env={**_guarded(clone), "PYTHONPATH": str(ROOT)}, capture_output=True, check=False, timeout=120)
    return run.returncode, run.stdout


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_compiled_code_asks_the_system_for_no_connection(clone: Path) -> None:
    """What no audit event tells: the system calls of the whole process, compiled libraries included."""
    if subprocess.run(["strace", "-qq", "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")
    log = clone / "calls"
    code, out = _checked(clone, "strace", "-f", "-qq", "-e", "trace=%network", "-o", str(log))
    assert (code, json.loads(out)["schema"]) == (1, 1)
    calls = [line for line in log.read_text(encoding="utf-8").splitlines() if re.search(r"\b[a-z]+\(", line)]
    assert not [line for line in calls if "AF_UNIX" not in line]
    subprocess.run(["strace", "-f", "-qq", "-e", "trace=%network", "-o", str(log), sys.executable, "-c",
                    "import socket; socket.socket()"], check=True)
    assert "AF_INET" in log.read_text(encoding="utf-8")


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare")
def test_without_a_network_the_answer_is_the_same(clone: Path) -> None:
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespaces may be made here")
    assert _checked(clone, "unshare", "-rn") == _checked(clone)
