"""No way out of this process: read by every Python that starts with this folder on PYTHONPATH, so by child processes too.

An attempt to reach a network, or to start a program that would not read this file, is refused and written to the file
OFFLINE_LOG: code that swallows the refusal is found all the same. Audit events come from the interpreter itself; neither
a subclass of `socket.socket` nor a saved reference goes round them. Sockets of the Unix family stay: event loops and
worker processes talk through them within the machine.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

_UNIX = 1  # AF_UNIX; `socket` itself is not loaded by what is watched and shall not be loaded by the watch
_OF_A_SOCKET = {"socket.bind", "socket.connect", "socket.sendmsg", "socket.sendto"}
_OUTWARD = {"socket.getaddrinfo", "socket.gethostbyaddr", "socket.gethostbyname", "socket.getnameinfo", "urllib.Request",
            "http.client.connect", "ftplib.connect", "smtplib.connect", "imaplib.open", "poplib.connect", "webbrowser.open"}
_STARTING = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system"}
_WATCHED = {"import", "socket.__new__"} | _OF_A_SOCKET | _OUTWARD | _STARTING
_VERSION_OF_BASH = ["--norc", "-c", 'echo "${BASH_VERSION}"']  # asked by `completion bash`, in click
_NOT_AT_RUN_TIME = ("textstat", "nltk")  # both can download; the tests alone hold our counts against theirs


def _what(event: str, arguments: tuple[Any, ...]) -> str:
    """What is wrong with an event, nothing if it may happen."""
    if event == "import" and arguments[0].partition(".")[0] in _NOT_AT_RUN_TIME:
        return f"import of {arguments[0]}"
    if event == "socket.__new__" and arguments[1] != _UNIX:
        return f"socket of family {arguments[1]}"
    if (event in _OF_A_SOCKET and arguments[0].family != _UNIX) or event in _OUTWARD:
        return f"{event} {arguments[1:] if event in _OF_A_SOCKET else arguments}"
    if event in _STARTING and not _harmless(*arguments[:2]):
        return f"{event} {arguments[:2]}"
    return ""


def _harmless(program: Any, words: Any = ()) -> bool:
    name = Path(os.fsdecode(program or words[0])).name
    return name.startswith("python") or (name == "bash" and list(words[1:]) == _VERSION_OF_BASH)


def _module() -> str:
    """The module whose code wants it, whatever of the standard library stands between."""
    frame = sys._getframe(2)
    names = []
    while frame is not None:
        names.append(frame.f_globals.get("__name__", "?"))
        frame = frame.f_back  # type: ignore[assignment]
    return next((n for n in names if n.partition(".")[0] not in sys.stdlib_module_names), names[-1])


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    what = _what(event, arguments) if event in _WATCHED else ""
    if what:
        with open(os.environ["OFFLINE_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123  (the plainest way, in any process)
            log.write(f"{what} by {_module()}\n")
        raise AssertionError(f"offline: {what}")


sys.addaudithook(_hook)
