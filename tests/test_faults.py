"""Full disks, closed pipes, folders that take nothing, sudden death: one clear line, and nothing of the user's is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inmail_lint.files import put

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals, limits and mounts of its own")

STOP = "Subject: Hello\n\nHi {{name}},\n\nShall we talk on Tuesday?\n"
_LONG = "I read your talk on night buses, in which one driver of three skips the break. " * 60  # more than a page of a disk
SLIPS = f"Subject: Your talk in Leeds\n\nHi Ana ,\n\n{_LONG}\n\nShall we talk on Tuesday ?\n".encode()
MENDED = SLIPS.replace(b"Ana ,", b"Ana,").replace(b"Tuesday ?", b"Tuesday?")
OLD = b"an older report\n"
COMMAND = [sys.executable, "-m", "inmail_lint.cli"]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of the rules, made once: where nothing else is written, a fault can only meet the file it is meant for."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / "slips.txt").write_bytes(SLIPS)
    env = {**os.environ, "XDG_CACHE_HOME": str(folder)}
    assert subprocess.run([*COMMAND, "check", "--fix", "-q", folder / "slips.txt"], env=env, check=False).returncode == 1
    return folder


@pytest.fixture(autouse=True)
def _own_cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))


def _limited() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))  # of any file this many bytes are written, then no more


def _run(*arguments: object, cwd: Path, limit: Callable[[], None] | None = None, **given: object
         ) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *map(str, arguments)], cwd=cwd, preexec_fn=limit, check=False, timeout=120,
                          **{"capture_output": True, **given})  # type: ignore[call-overload,no-any-return]


def _one_line(run: subprocess.CompletedProcess[bytes], words: str) -> None:
    """The run ended with 2 and said one line with these words."""
    said = run.stderr.decode()
    assert (run.returncode, said.count("\n")) == (2, 1), said
    assert words in said and "Traceback" not in said and "defect" not in said, said


def _mounted(folder: Path, options: str) -> bool:
    return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True,
                          check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mounted = _mounted(folder, "size=64k,mode=755")
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _fill(folder: Path, left: int = 4096) -> None:
    """Fill a disk up to `left` bytes."""
    with (folder / "filler").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            filler.truncate(filler.tell() - left)


@pytest.fixture(params=["full disk", "limit"])
def cramped(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable[[], None] | None]:
    """A folder in which no file of any size can be written to its end, and the limit under which that is so."""
    folder = request.getfixturevalue("disk") if request.param == "full disk" else tmp_path
    (folder / "slips.txt").write_bytes(SLIPS)
    for name in ("report.html", "known.json"):
        (folder / name).write_bytes(OLD)
    if request.param == "full disk":
        _fill(folder)
        return folder, None
    return folder, _limited


def _contents(folder: Path) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.is_file() and f.name != "filler"}


def test_no_room_for_a_file(cramped: tuple[Path, Callable[[], None] | None], tmp_path_factory: pytest.TempPathFactory
                            ) -> None:
    folder, limit = cramped
    before = _contents(folder)
    reason = "no space left" if limit is None else "file too large"
    for line in ("check slips.txt -q -o report.html", "check slips.txt -q -o html:new.html", "check slips.txt -q --fix",
                 "init", "rules new mine"):
        if line == "init" and limit is None:
            _fill(folder, 0)  # files as small as these two would still find room
        run = _run(*line.split(), cwd=folder, limit=limit)
        _one_line(run, f"cannot be written: {reason}")
    many = tmp_path_factory.mktemp("many") / "many.jsonl"  # the baseline of one draft would find room
    many.write_text("\n".join(f'{{"id": "{n}", "body": "Hi {{{{name}}}}, any thoughts?"}}' for n in range(20)), encoding="utf-8")
    run = _run("baseline", "write", many, "-o", "known.json", cwd=folder, limit=limit)
    _one_line(run, f"known.json: cannot be written: {reason}")
    assert _contents(folder) == before


def test_no_room_for_the_tables_of_the_rules(disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stop.txt").write_text(STOP, encoding="utf-8")
    wanted = _run("check", "stop.txt", cwd=tmp_path)
    _fill(disk)
    monkeypatch.setenv("XDG_CACHE_HOME", str(disk))
    for _ in range(2):
        run = _run("check", "stop.txt", cwd=tmp_path)
        assert (run.returncode, run.stdout, run.stderr) == (1, wanted.stdout, b"")
    assert [f for f in disk.rglob("*") if f.is_file()] == [disk / "filler"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("line", ["check stop.txt", "check stop.txt --format json", "check stop.txt --format html", "rules list",
                                  "explain cta-vague", "check slips.txt --diff"])
def test_no_room_for_standard_output(line: str, tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text(STOP, encoding="utf-8")
    (tmp_path / "slips.txt").write_bytes(SLIPS)
    with Path("/dev/full").open("wb") as full:
        run = _run(*line.split(), cwd=tmp_path, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    _one_line(run, "standard output cannot be written: no space left")


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "html"])
def test_a_reader_that_goes_away(form: str, tmp_path: Path) -> None:
    """As under `| head -1`: the other end of the pipe is closed when the report comes."""
    (tmp_path / "stop.txt").write_text(STOP, encoding="utf-8")
    reader, writer = os.pipe()
    os.close(reader)
    run = _run("check", "stop.txt", "--format", form, cwd=tmp_path, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.parametrize("line", ["check -", "check - --fix", "baseline write -"])
def test_standard_input_is_closed(line: str, tmp_path: Path) -> None:
    run = _run(*line.split(), cwd=tmp_path, limit=lambda: os.close(0))
    _one_line(run, "<stdin>: standard input is closed; ")


def test_standard_output_is_closed(tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text(STOP, encoding="utf-8")
    run = _run("check", "stop.txt", "-o", "report.json", cwd=tmp_path, limit=lambda: os.close(1))
    assert (run.returncode, run.stderr) == (1, b"")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["summary"]["stop"] == 1


@pytest.fixture
def read_only(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder that takes no file; for the superuser, who may write everywhere, it is a disk."""
    superuser = os.geteuid() == 0
    folder: Path = request.getfixturevalue("disk") if superuser else tmp_path / "folder"
    folder.mkdir(exist_ok=True)
    (folder / "slips.txt").write_bytes(SLIPS)
    if superuser:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    else:
        folder.chmod(0o555)
    yield folder
    if not superuser:
        folder.chmod(0o755)


def test_a_folder_that_takes_nothing(read_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in ("check slips.txt -q -o report.html", "baseline write slips.txt", "init", "rules new mine",
                 "rules new mine --dir further/down", *(["check slips.txt -q --fix"] if os.geteuid() == 0 else [])):
        _one_line(_run(*line.split(), cwd=read_only), "cannot be written: ")
    assert [f.name for f in read_only.iterdir()] == ["slips.txt"]
    monkeypatch.setenv("XDG_CACHE_HOME", str(read_only))
    run = _run("check", "slips.txt", cwd=read_only)
    assert (run.returncode, run.stderr) == (1, b"")


# Where a process may die while it writes a file: with half of it on the disk, with all of it, with the old one replaced.
_DEATHS = {
    "half written": "fdopen = os.fdopen\nclass Half:\n    def __init__(self, file): self.file = file\n"
                    "    def __enter__(self): return self\n    def __exit__(self, *_): pass\n"
                    "    def write(self, data): self.file.write(data[: len(data) // 2]); self.file.flush(); die()\n"
                    "os.fdopen = lambda *given: Half(fdopen(*given))",
    "not yet replaced": "os.fsync = lambda _: die()",
    "just replaced": "replace = pathlib.Path.replace\npathlib.Path.replace = lambda *given: (replace(*given), die())",
}


@pytest.mark.parametrize("moment", _DEATHS)
def test_killed_while_a_file_is_mended(moment: str, tmp_path: Path) -> None:
    draft = tmp_path / "slips.txt"
    draft.write_bytes(SLIPS)
    code = ("import os, pathlib, signal\nimport inmail_lint.files, inmail_lint.cli\n"
            f"die = lambda: os.kill(os.getpid(), signal.SIGKILL)\n{_DEATHS[moment]}\n"
            "inmail_lint.cli.main(['check', '.', '--fix'])")
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False, timeout=120)
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert draft.read_bytes() == (MENDED if moment == "just replaced" else SLIPS)
    after = _run("check", ".", "--fix", "--format", "json", cwd=tmp_path)
    assert draft.read_bytes() == MENDED
    assert json.loads(after.stdout)["summary"]["drafts"] == 1  # what the dead left is no draft


def test_killed_at_any_moment(tmp_path: Path) -> None:
    drafts = [tmp_path / f"{n:02}.txt" for n in range(60)]
    states = set()
    for wanted in (1, 30):
        for draft in drafts:
            draft.write_bytes(SLIPS)
        process = subprocess.Popen([*COMMAND, "check", ".", "--fix", "-q"], cwd=tmp_path, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 90
        while sum(d.stat().st_size < len(SLIPS) for d in drafts) < wanted and time.monotonic() < end:
            time.sleep(0.001)
        process.kill()
        process.wait(30)
        now = [d.read_bytes() for d in drafts]
        assert set(now) <= {SLIPS, MENDED}
        assert now.count(MENDED) >= wanted
        states |= set(now)
    assert states == {SLIPS, MENDED}


def _left_by_the_dead(folder: Path) -> Path:
    """What a process leaves that is killed while it writes a file."""
    code = ("import os, pathlib, signal, inmail_lint.files as files\nos.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
            "files.put(pathlib.Path('known.json'), b'half')")
    before = set(folder.iterdir())
    run = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=False, timeout=60)
    assert run.returncode == -signal.SIGKILL, run.stderr
    (left,) = set(folder.iterdir()) - before
    return left


def _is_there(file: Path) -> bool:
    return file.exists() or file.is_symlink()


def test_a_later_run_removes_what_the_dead_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only that: not what is young, not what has another name, nothing that a link leads to, no folder."""
    def old(file: Path, hours: int = 25) -> Path:
        os.utime(file, (time.time() - hours * 3600,) * 2, follow_symlinks=False)
        return file

    def named(name: str, folder: Path = tmp_path) -> Path:
        (folder / name).write_bytes(b"of the user")
        return folder / name

    gone = old(_left_by_the_dead(tmp_path))
    deeper = tmp_path / "deeper"
    deeper.mkdir()
    aim = old(named("aim.txt"))
    link, holder = tmp_path / ".inmail-lint-aaaaaaaa.part", tmp_path / ".inmail-lint-bbbbbbbb.part"
    link.symlink_to(aim)
    holder.mkdir()
    stay = [old(_left_by_the_dead(tmp_path), 23), old(named(".inmail-lint-baseline")), old(named(".inmail-lint.toml")),
            old(named(".inmail-lint-cccccccc.part.txt")), old(named("x.inmail-lint-cccccccc.part")),
            old(named(".inmail-lint-ccccccc.part")), old(named(".inmail-lint-CCCCCCCC.part")),
            old(named(".inmail-lint-dddddddd.part", deeper)), aim, old(link), old(holder)]
    monkeypatch.setattr("inmail_lint.files._swept", set())
    put(tmp_path / "known.json", b"new")
    assert not _is_there(gone)
    assert [f.name for f in stay if not _is_there(f)] == []
    assert (tmp_path / "known.json").read_bytes() == b"new"


def test_what_the_dead_left_and_cannot_be_removed_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "not yours")

    (tmp_path / ".inmail-lint-aaaaaaaa.part").write_bytes(b"")
    os.utime(tmp_path / ".inmail-lint-aaaaaaaa.part", (0, 0))
    for name in ("unlink", "scandir"):
        with monkeypatch.context() as patch:
            patch.setattr("inmail_lint.files._swept", set())
            patch.setattr(os, name, refused)
            put(tmp_path / "known.json", name.encode())
        assert (tmp_path / "known.json").read_bytes() == name.encode()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_given_up_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    (tmp_path / "known.json").write_bytes(OLD)
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path / "known.json", b"new")
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("known.json", OLD)]


def test_runs_that_share_a_folder_of_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started at once with an empty folder, each makes, writes and reads the same tables."""
    (tmp_path / "stop.txt").write_text(STOP, encoding="utf-8")
    wanted = _run("check", "stop.txt", "--format", "json", cwd=tmp_path)
    shared = tmp_path / "shared"
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared))
    runs = [subprocess.Popen([*COMMAND, "check", "stop.txt", "--format", "json"], cwd=tmp_path, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE) for _ in range(2)]
    said = [(*run.communicate(timeout=120), run.returncode) for run in runs]
    assert said == [(wanted.stdout, b"", 1)] * 2
    tables = [f.name for f in shared.rglob("*") if f.is_file()]
    assert len(tables) >= 2 and all(name.endswith(".bin") for name in tables)
    assert _run("check", "stop.txt", "--format", "json", cwd=tmp_path).stdout == wanted.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_output_is_the_same_whatever_the_system_writes(form: str, tmp_path: Path) -> None:
    """A pipe gets UTF-8 where the system's own encoding is a smaller one; who asks for that gets it, marks for the rest."""
    (tmp_path / "stop.txt").write_text(STOP.replace("Tuesday", "Tuesday \U0001f911 «sí»"), encoding="utf-8")
    wanted = _run("check", "stop.txt", "--format", form, "--ui", "es", cwd=tmp_path)
    bare = {name: value for name, value in os.environ.items() if name not in ("PYTHONUTF8", "PYTHONIOENCODING")}
    narrow = _run("check", "stop.txt", "--format", form, "--ui", "es", cwd=tmp_path,
                  env={**bare, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert (narrow.returncode, narrow.stdout, narrow.stderr) == (1, wanted.stdout, b"")
    asked = _run("check", "stop.txt", "--format", form, "--ui", "es", cwd=tmp_path, env={**bare, "PYTHONIOENCODING": "cp1252"})
    assert (asked.returncode, asked.stderr) == (1, b"")
    assert asked.stdout == wanted.stdout.decode().encode("cp1252", "replace")
