"""Settings: where they are found, what they do, what is said of wrong ones; schema, template and commands."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from inmail_lint.cli import main
from inmail_lint.config import SettingsFinder
from inmail_lint.config.describing import config_schema, rule_schema, template
from inmail_lint.config.keys import KEYS
from inmail_lint.config.reading import ConfigError, read_config

DRAFT = ("Subject: Kafka costs at Iberpay\nLanguage: en\n\nHi Laura,\n\nyour talk on Kafka costs in Madrid was the clearest I "
         "have heard. We cut a client's bill by a third with the same trick and wrote down how, two pages.\n\n"
         "Shall I send you them? No strings attached.\n\nAna 🙂🙂🙂\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "a.txt").write_text(DRAFT, encoding="utf-8")
    (tmp_path / "notes" / "b.txt").write_text(DRAFT, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def rules_of(*arguments: object) -> set[str]:
    data = json.loads(run("check", "--format", "json", *arguments).stdout)
    return {f["rule"] for d in data["drafts"] for f in d["findings"]}


def test_the_nearest_file_above_the_draft_counts(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.inmail-lint]\nui = "es"\nfail-under = 70\n')
    (folder / "notes" / ".inmail-lint.yaml").write_text("kind: connection\n")
    finder = SettingsFinder()
    above, below = finder.of(str(folder / "a.txt")), finder.of(str(folder / "notes" / "b.txt"))
    assert (above["ui"], above["fail-under"], above["kind"]) == ("es", 70, None)
    assert above.origins["fail-under"] == f"{folder / 'pyproject.toml'}:3"
    assert (below["ui"], below["kind"]) == (None, "connection")
    assert SettingsFinder(isolated=True).of(str(folder / "a.txt"))["ui"] is None


def test_a_pyproject_without_our_section_is_passed_over(folder: Path) -> None:
    (folder / ".inmail-lint.toml").write_text('ui = "es"\n')
    (folder / "notes" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert SettingsFinder().of(str(folder / "notes" / "b.txt"))["ui"] == "es"


def test_matching_files_and_the_command_line_win(folder: Path) -> None:
    (folder / ".inmail-lint.toml").write_text(
        'kind = "email"\nlanguage = "en"\n[[files]]\nmatch = ["notes/*", "x.txt"]\nkind = "connection"\n')
    finder = SettingsFinder({"language": "es"})
    note = finder.of(str(folder / "notes" / "b.txt"))
    assert (note["kind"], finder.of(str(folder / "a.txt"))["kind"]) == ("connection", "email")
    assert note.origins["kind"].endswith(".inmail-lint.toml:5")
    assert (note["language"], note.origins["language"]) == ("es", "command line")


def test_rules_are_selected_ignored_weighed_and_switched_off(folder: Path) -> None:
    draft = folder / "a.txt"
    assert "emoji" in rules_of(draft)
    assert rules_of(draft, "--select", "emoji,cta-*") == {"emoji"}
    assert "emoji" not in rules_of(draft, "--ignore", "emoji")
    (folder / ".inmail-lint.toml").write_text('[rules]\nemoji = {severity = "error", points = 40}\nbody-length = "off"\n')
    data = json.loads(run("check", "--format", "json", draft).stdout)["drafts"][0]
    finding = next(f for f in data["findings"] if f["rule"] == "emoji")
    assert (finding["severity"], finding["points"], data["verdict"]) == ("error", 40, "stop")
    assert "body-length" not in {f["rule"] for f in data["findings"]}


def test_kind_and_language_only_where_the_draft_says_nothing(folder: Path) -> None:
    (folder / ".inmail-lint.toml").write_text('kind = "connection"\nlanguage = "es"\n')
    (folder / "c.txt").write_text("Kind: email\n\nHi Laura, shall I send you two pages on Kafka costs?\n", encoding="utf-8")
    drafts = json.loads(run("check", "--format", "json", folder / "a.txt", folder / "c.txt").stdout)["drafts"]
    assert [(d["kind"], d["language"]) for d in drafts] == [("connection", "en"), ("email", "es")]


def test_phrases_are_added_and_removed(folder: Path) -> None:
    draft = folder / "a.txt"
    assert "spam-phrase" not in rules_of(draft, "--isolated")
    (folder / ".inmail-lint.toml").write_text('[phrases."spam.free"]\nadd = {en = ["the clearest I have heard"]}\n')
    data = json.loads(run("check", "--format", "json", draft).stdout)["drafts"][0]
    finding = next(f for f in data["findings"] if f["rule"] == "spam-phrase")
    assert [p["text"] for p in finding["places"]] == ["the clearest I have heard"] and finding["points"] > 0
    (folder / ".inmail-lint.toml").write_text('[phrases."generic.opener"]\nremove = {en = ["no such line"]}\n')
    wrong = run("check", draft)
    assert wrong.exit_code == 2 and "there is no" in wrong.stderr and ".inmail-lint.toml" in wrong.stderr


def test_own_rules_alone(folder: Path) -> None:
    own = folder / "ours"
    own.mkdir()
    emoji = Path(__file__).parent.parent / "rules" / "emoji.yaml"
    (own / "our-emoji.yaml").write_text(emoji.read_text(encoding="utf-8").replace("id: emoji", "id: our-emoji"), encoding="utf-8")
    (folder / ".inmail-lint.toml").write_text('rule-folders = ["ours"]\nonly-own-rules = true\n')
    assert rules_of(folder / "a.txt") == {"our-emoji"}
    (folder / ".inmail-lint.toml").write_text('rule-folders = ["nowhere"]\n')
    wrong = run("check", folder / "a.txt")
    assert wrong.exit_code == 2 and "there is no such directory of rules" in wrong.stderr


def test_the_senders_own_company_is_no_wrong_company(folder: Path) -> None:
    draft = folder / "a.txt"
    draft.write_text("Subject: x\nTo: Laura Vidal\nCompany: Iberpay\nLanguage: en\n\nHi Laura,\n\nI understand Nimbo has "
                     "recently opened a fourth shop. Shall I send you the plan?\n\nAna\n", encoding="utf-8")
    assert "wrong-company" in rules_of(draft, "--isolated")
    (folder / ".inmail-lint.toml").write_text('sender = {company = "Nimbo"}\n')
    assert "wrong-company" not in rules_of(draft)


WRONG = {
    'prophile = "x"\n': ".inmail-lint.toml:1: unknown key 'prophile'; did you mean 'profile'?",
    'kind = "inmial"\n': ".inmail-lint.toml:1: 'kind' unknown value 'inmial'; did you mean 'inmail'?; use one of ",
    'ui = "fr"\n': "'ui' unknown value 'fr'",
    "fail-under = 101\n": "'fail-under' must be a whole number from 0 to 100",
    "select = 3\n": "'select' must be a list of texts",
    'sender = "Ana"\n': "must be a table of keys and values",
    'sender = {nombre = "Ana"}\n': "unknown key 'nombre'",
    '[rules]\nemoji = "loud"\n': ".inmail-lint.toml:2: 'rules.emoji' must be off, ",
    '[rules]\nemojy = "off"\n': "there is no rule 'emojy'; did you mean 'emoji'?",
    'ignore = ["emojy"]\n': "'ignore': there is no rule or category 'emojy'; did you mean 'emoji'?",
    '[[files]]\nkind = "email"\n': "must have 'match'",
    '[[files]]\nmatch = "*"\nfail-under = 3\n': "unknown key 'fail-under'",
    "kind = [\n": "this is not TOML: ",
    'baseline = "none.json"\n': "there is no such baseline",
    'profile = "guide"\n': "unknown profile 'guide'; did you mean 'guides'?",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_configuration_is_one_clear_line(folder: Path, text: str) -> None:
    (folder / ".inmail-lint.toml").write_text(text)
    result = run("check", folder / "a.txt")
    assert result.exit_code == 2
    assert WRONG[text] in result.stderr
    assert "Traceback" not in result.output


def test_a_broken_configuration_hides_no_other_draft(folder: Path) -> None:
    (folder / "notes" / ".inmail-lint.toml").write_text('prophile = "x"\n')
    result = run("check", "--format", "json", folder)
    assert [Path(d["path"]).name for d in json.loads(result.stdout)["drafts"]] == ["a.txt"]
    assert result.exit_code == 2 and result.stderr.count("prophile") == 1


def test_the_template_is_a_configuration_that_says_nothing(folder: Path) -> None:
    for ui in ("en", "es"):
        text = template(ui)
        (folder / ".inmail-lint.toml").write_text(text, encoding="utf-8")
        found = read_config(folder / ".inmail-lint.toml")
        assert found is not None and found.values == {}
        for key in KEYS.values():  # and every example in it holds
            (folder / ".inmail-lint.toml").write_text(f"{key.name} = {key.example}\n", encoding="utf-8")
            assert read_config(folder / ".inmail-lint.toml")


def test_init_writes_once(folder: Path) -> None:
    assert run("init", folder).exit_code == 0
    again = run("init", folder)
    assert again.exit_code == 2 and "is there already" in again.stderr


def test_config_shows_value_and_origin(folder: Path) -> None:
    (folder / ".inmail-lint.toml").write_text('ui = "es"\n')
    shown = run("config", folder / "a.txt", "--profile", "linkedin-data").stdout
    assert any(line.split()[:2] == ["ui", '"es"'] and line.endswith(".inmail-lint.toml:1") for line in shown.splitlines())
    assert any(line.startswith("profile") and line.endswith("command line") for line in shown.splitlines())
    assert {line.split()[0] for line in shown.splitlines()} == set(KEYS)


def test_schemas_accept_what_we_accept(folder: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = config_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"profile": "guides", "rules": {"links": "off", "emoji": {"points": 3}}, "files": [
        {"match": "*.eml", "kind": "email"}], "phrases": {"a.b": {"add": {"es": ["x"]}}}}, schema)
    for wrong in ({"prophile": "x"}, {"kind": "x"}, {"fail-under": 200}, {"files": [{"kind": "email"}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
    import yaml

    from inmail_lint.folders import NOT_RULES

    printed = json.loads(run("schema", "rule").stdout)
    jsonschema.Draft202012Validator.check_schema(printed)
    for file in sorted((Path(__file__).parent.parent / "rules").glob("*.yaml")):
        if file.stem not in NOT_RULES:
            jsonschema.validate(yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader), printed)
    assert rule_schema(["id"], [], [])["properties"] == {"id": {}}


def test_an_isolated_run_reads_no_configuration(folder: Path) -> None:
    (folder / ".inmail-lint.toml").write_text("kind = [\n")
    assert run("check", "--isolated", folder / "a.txt").exit_code == 0
    with pytest.raises(ConfigError):
        SettingsFinder().of(str(folder / "a.txt"))


@pytest.mark.parametrize(("name", "text", "said"), [
    (".inmail-lint.toml", "a = " + "[" * 50_000 + "]" * 50_000, "lists and tables stand too deep"),
    (".inmail-lint.toml", "fail-under = " + "9" * 5_000, "a number is too long"),
    (".inmail-lint.yaml", "ignore: " + "[" * 50_000, "this stands more than 20 levels deep"),
    (".inmail-lint.yaml", "rules: &a {emoji: *a}", "aliases are not read; write out what *a stands for"),
    (".inmail-lint.yaml", "jobs: ²", "'jobs' must be auto or a whole number from 1"),
    (".inmail-lint.yaml", "jobs: " + "9" * 5_000, "'jobs' must be auto or a whole number from 1"),
    (".inmail-lint.toml", 'baseline = "b.json"', "not a baseline (RecursionError"),
])
def test_settings_that_want_to_crash(folder: Path, name: str, text: str, said: str) -> None:
    (folder / "b.json").write_text("[" * 100_000)
    (folder / name).write_text(text)
    done = run("check", folder / "a.txt")
    assert done.exit_code == 2, done.output
    assert said in done.stderr and len(done.stderr) < 2_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_settings_are_read_from_no_pipe(folder: Path) -> None:
    os.mkfifo(folder / "p.toml")
    for option in ("--config", "--baseline"):
        done = run("check", option, folder / "p.toml", folder / "a.txt")
        assert (done.exit_code, "it is no " in done.stderr) == (2, True), done.output
