"""`check --fix` and `check --diff` on real files: what is written, what is said, and what stays as it was."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inmail_lint import Draft, Linter
from inmail_lint.cli import main
from inmail_lint.fixes import apply, edits
from inmail_lint.reading import read_paths

_EXAMPLES = Path(__file__).parent.parent / "corpus" / "examples"
_HEAD = "Asunto: Tu charla de Lugo , Ana\nPara:  Ana Ruiz\nEmpresa: Acme , S.L.\n"
_BODY = ("\nHola Ana:\n\nVi tu charla  de Lugo , y la auditoría es GRATIS hoy.  \n\n\u00bfHablamos el martes ?\n"
         "Un saludo,\nLuis  \n\n")
_FIXED_HEAD = _HEAD.replace("Lugo , Ana", "Lugo, Ana")
_FIXED_BODY = _BODY.replace("charla  de Lugo ,", "charla de Lugo,").replace("GRATIS", "gratis").replace("martes ?", "martes?")


def run(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["check", *(str(a) for a in arguments)], input=stdin)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "draft.txt"
    file.write_bytes((_HEAD + _BODY).encode())
    return file


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_fix_keeps_every_other_byte(tmp_path: Path, codec: str, ends: str) -> None:
    file = tmp_path / "draft.inmail"
    file.write_bytes((_HEAD + _BODY).replace("\n", ends).encode(codec))
    result = run("--fix", file)
    assert file.read_bytes() == (_FIXED_HEAD + _FIXED_BODY).replace("\n", ends).encode(codec)
    assert result.stderr == f"{file}: 5 arreglos\n"
    assert "shouting" not in result.stdout
    assert run("--fix", file).stderr == f"{file}: nada que arreglar\n"


def test_bytes_that_are_no_windows_1252_stay(tmp_path: Path) -> None:
    file = tmp_path / "draft.txt"
    file.write_bytes("Hola Ana:\n\nvi tu charla  de Ávila ".encode("cp1252") + b"\x81\x8d ok.\n")
    run("--fix", file)
    assert file.read_bytes() == "Hola Ana:\n\nvi tu charla de Ávila ".encode("cp1252") + b"\x81\x8d ok.\n"


def test_report_is_of_the_mended_draft_with_its_places(draft: Path) -> None:
    before = json.loads(run("--format", "json", draft).stdout)["drafts"][0]
    after = json.loads(run("--fix", "--format", "json", draft).stdout)["drafts"][0]
    assert after == json.loads(run("--format", "json", draft).stdout)["drafts"][0]
    assert after["score"] >= before["score"]
    assert after["path"] == before["path"] == str(draft)


def test_diff_writes_nothing(draft: Path) -> None:
    before = draft.read_bytes()
    result = run("--diff", draft)
    assert result.exit_code == 1
    assert draft.read_bytes() == before
    lines = result.stdout.splitlines()
    assert lines[:2] == [f"--- {draft}", f"+++ {draft}"]
    assert "-Asunto: Tu charla de Lugo , Ana" in lines
    assert "+Asunto: Tu charla de Lugo, Ana" in lines
    assert " Para:  Ana Ruiz" in lines
    assert result.stderr == ""
    run("--fix", draft)
    assert (run("--diff", draft).exit_code, run("--diff", draft).stdout) == (0, "")


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
def test_diff_can_be_applied(draft: Path) -> None:
    import subprocess

    draft.write_text(draft.read_text(encoding="utf-8").rstrip(), encoding="utf-8")
    text = run("--diff", draft).stdout
    subprocess.run(["patch", "-p0", str(draft)], input=text, text=True, check=True, capture_output=True)
    assert draft.read_text(encoding="utf-8") == (_FIXED_HEAD + _FIXED_BODY).rstrip()


def test_diff_cannot_steer_a_terminal(tmp_path: Path) -> None:
    file = tmp_path / "draft.txt"
    file.write_text(_BODY + "vi tu charla  de Lugo.\x1b[31m\u202e\x07", encoding="utf-8")
    output = run("--diff", file).stdout
    assert not set("\x1b\u202e\x07") & set(output)
    assert "\\u001b[31m\\u202e\\u0007" in output


def test_both_options_are_wrong_use(draft: Path) -> None:
    result = run("--fix", "--diff", draft)
    assert result.exit_code == 2
    assert "use it without --diff" in result.stderr


def test_records_are_left_alone_and_said_so(tmp_path: Path, draft: Path) -> None:
    for name in ("campana.csv", "founders.json", "mixed.jsonl", "mail-es.eml"):
        shutil.copy(_EXAMPLES / name, tmp_path / name)
    before = {f.name: f.read_bytes() for f in tmp_path.iterdir() if f != draft}
    result = run("--fix", "--ui", "en", tmp_path)
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir() if f != draft} == before
    lines = result.stderr.splitlines()
    assert len(lines) == 5
    assert sum("save each draft as one of them" in line for line in lines) == 4
    assert f"{draft}: 5 fixes" in lines
    assert run("--diff", tmp_path / "mixed.jsonl").exit_code == 0


def test_front_matter_subject(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    text = "---\nsubject: Tu charla , Ana   # the talk\nkind: connection\n---\nHola Ana:\n\nvi tu charla  de Lugo.\n"
    file.write_text(text, encoding="utf-8")
    run("--fix", file)
    assert file.read_text(encoding="utf-8") == \
        "---\nsubject: Tu charla, Ana   # the talk\nkind: connection\n---\nHola Ana:\n\nvi tu charla de Lugo.\n"


@pytest.mark.parametrize("subject", ['"Tu \\"charla\\" de Lugo , Ana"', "'Tu charla d''aquí , Ana'", "subject , Ana"])
def test_front_matter_subject_that_cannot_be_edited_in_place(tmp_path: Path, subject: str) -> None:
    file = tmp_path / "a.md"
    text = f"---\nsubject: {subject}\n---\nHola Ana:\n\nvi tu charla  de Lugo.\n"
    file.write_text(text, encoding="utf-8")
    result = run("--fix", "--ui", "en", file)
    fixed = file.read_text(encoding="utf-8")
    assert fixed.endswith("vi tu charla de Lugo.\n")
    if "''" in subject or "\\" in subject:
        assert fixed.splitlines()[1] == f"subject: {subject}"
        assert "mend it by hand" in result.stderr
    assert isinstance(next(iter(read_paths([str(file)]))), Draft)


def test_standard_input_is_mended_to_standard_output() -> None:
    data = ("\ufeff" + (_HEAD + _BODY).replace("\n", "\r\n")).encode("utf-8")
    result = run("--fix", "-", stdin=data)
    assert result.stdout_bytes == ("\ufeff" + (_FIXED_HEAD + _FIXED_BODY).replace("\n", "\r\n")).encode("utf-8")
    assert result.stderr == "<stdin>: 5 arreglos\n"
    assert result.exit_code == 0
    assert run("--diff", "-", stdin=data).exit_code == 1


def test_standard_input_that_is_no_text_draft_passes_through() -> None:
    row = '{"id": "a", "body": "Hola  Ana"}\n'
    result = run("--fix", "--input-format", "jsonl", "-", stdin=row)
    assert result.stdout == row
    assert "<stdin>: not mended" in result.stderr


def test_a_stop_in_standard_input_is_an_exit_code() -> None:
    result = run("--fix", "-", stdin="Hola {{nombre}}:\n\nvi tu charla  de Lugo.")
    assert (result.exit_code, result.stdout) == (1, "Hola {{nombre}}:\n\nvi tu charla de Lugo.")


@pytest.mark.skipif(os.name == "nt", reason="permissions and links of its own")
def test_links_are_followed_and_permissions_kept(tmp_path: Path, draft: Path) -> None:
    draft.chmod(0o640)
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.txt"
    link.symlink_to(draft)
    result = run("--fix", link, draft)
    assert link.is_symlink()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o640
    assert draft.read_bytes() == (_FIXED_HEAD + _FIXED_BODY).encode()
    assert result.stderr == f"{link}: 5 arreglos\n"
    assert sorted(f.name for f in tmp_path.iterdir()) == ["draft.txt", "links"]


def test_a_file_that_cannot_be_written_is_left_whole(draft: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = draft.read_bytes()
    good = draft.parent / "other.txt"
    good.write_bytes(before)
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == draft.name:
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    result = run("--fix", draft.parent)
    assert result.exit_code == 2
    assert draft.read_bytes() == before
    assert good.read_bytes() == (_FIXED_HEAD + _FIXED_BODY).encode()
    assert [f"{draft}: cannot be written: permission denied; check the permissions of the file and its directory"] == \
        [line for line in result.stderr.splitlines() if "cannot be written" in line]
    assert sorted(f.name for f in draft.parent.iterdir()) == ["draft.txt", "other.txt"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser writes everything")
def test_a_read_only_file_is_left_alone(draft: Path) -> None:
    draft.chmod(0o444)
    result = run("--fix", draft)
    assert result.exit_code == 2
    assert "check the permissions" in result.stderr


def test_a_file_changed_meanwhile_is_left_alone(draft: Path, linter: Linter) -> None:
    from inmail_lint.fixing import mend

    read = [d for d in read_paths([str(draft)]) if isinstance(d, Draft)]
    draft.write_text("Hola  Ana, otra cosa.", encoding="utf-8")
    result = mend(lambda _: linter, read)
    assert [f.message for f in result.faults] == ["not mended: the file has changed since it was read; run the command again"]
    assert draft.read_text(encoding="utf-8") == "Hola  Ana, otra cosa."


def test_unreadable_files_do_not_hinder_the_others(tmp_path: Path, draft: Path) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    result = run("--fix", tmp_path)
    assert result.exit_code == 2
    assert draft.read_bytes() == (_FIXED_HEAD + _FIXED_BODY).encode()
    assert run("--diff", tmp_path).exit_code == 2


def test_examples_are_read_the_same_but_for_the_fixes(linter: Linter) -> None:
    for item in read_paths([str(_EXAMPLES)]):
        if isinstance(item, Draft) and item.path.endswith((".txt", ".md", ".inmail")) and item.origin is not None:
            fixes = edits(item, linter=linter)
            text = apply(item, fixes)
            assert (text == item.origin.text) == (not fixes)
