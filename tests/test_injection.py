"""Nothing from a draft, its names or its settings becomes markup, a formula, a command or a terminal's control."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import cmarkgfm
import jsonschema
import pytest
from click import unstyle
from click.testing import CliRunner, Result
from test_hostile_rules import rule

from inmail_lint import Draft, DraftError, Linter, Recipient
from inmail_lint.cli import main
from inmail_lint.errors import Fault
from inmail_lint.loading import load_rulebook, rules_directory
from inmail_lint.output import FORMATS, Run, rendered
from inmail_lint.reading import read_paths

_SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
_SARIF = jsonschema.Draft4Validator(_SCHEMA)
ATTACKS = {
    "script": "<script>alert(1)</script>",
    "handler": "\" onmouseover=\"alert(1)\" x='",
    "comment": "--><img src=x onerror=alert(1)>",
    "style": "</style></title></textarea><svg/onload=alert(1)>", "entity": "&lt;b&gt; &#60;script&#62; &unknown;",
    "xml": "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
    "formula": "=HYPERLINK(\"http://e.example\",\"x\")",
    "plus": "+1+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)", "minus": "-2+3", "tab": "\t=1+1", "semicolon": "x;=1+1", "quoted": "\"=1+1", "full width": "＝1+1",
    "command": "::error file=a.py,line=1::pwned", "mask": "::add-mask::the", "stop": "::stop-commands::x",
    "old command": "##[error]pwned",
    "encoded": "%0A::error::pwned %25", "new line": "x\n::error::pwned", "return": "x\r::error::pwned",
    "form feed": "x\x0c::error::pwned",
    "line separator": "x\u2028::error::pwned\u2029::error::x\x85::error::x",
    "blank": "\u3000 ::warning::pwned",
    "escape": "\x1b[31mred\x1b[2J\x1b[1;1H", "title": "\x1b]0;pwned\x07", "link": "\x1b]8;;http://e.example\x1b\\click\x1b]8;;\x1b\\",
    "C1": "\x9b31mred\x9d8;;http://e.example\x9c\x90q\x9c", "backspace": "safe\x08\x08\x08\x08evil", "bell": "\x07\x00\x7f",
    "override": "\u202egnp.exe\u202c \u2066\u2067x\u2069", "half": "\ud800 \udfff", "tags": "\U000e0041\U000e0042",
    "markdown": "[x](javascript:alert(1)) ![i](http://e.example/p.png) <http://e.example> `a` **b** | c |\n\n# h",
    "table": "| a |\n|---|",
    "mention": "@octocat #12 GH-7 www.e.example", "format": "{0.__class__} {match} {} %s %(x)s", "long": "x" * 3000,
}
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)


def _drafts(attack: str) -> list[Draft]:
    forms = (f"{{{{{attack}}}}}", f"[[{attack}]]", f"[NAME {attack}]", f"«{attack}»", f"(insert {attack})", attack)
    body = "Hi Ana,\n\n" + "\n\n".join(f"Act now {form} limited {attack} time offer! {attack}" for form in forms)
    reader = Recipient.of({"first_name": attack, "company": attack, "facts": [attack]})
    silences = (attack, f"emoji: {attack}")
    return [Draft(body, f"RE: {attack}", id=attack, path=f"{attack}.txt", recipient=reader, ignore=silences),
            Draft(f"Hola, Ana:\n\n{body}", attack, language="es", path=attack, line=3,
                  ignore=(f"links: {attack}, until 2020-01-01",)),
            Draft(attack or "x", attack, language="xx", id=f"{attack}", path="")]


def _run(linter: Linter, attack: str) -> Run:
    faults = (Fault(f"{attack}.txt", f"unknown field '{attack}'", 3, 4), Fault(attack, attack), Fault("", attack))
    return Run(tuple(linter.lint(d) for d in _drafts(attack)), faults, linter.rulebook)


@pytest.fixture(scope="module", params=ATTACKS)
def attacked(request: pytest.FixtureRequest, linter: Linter) -> Run:
    return _run(linter, ATTACKS[request.param])


@pytest.fixture(scope="module")
def harmless(linter: Linter) -> Run:
    return _run(linter, "words that do no harm")


class _Page(HTMLParser):
    """The tags of a page with the names of their attributes, and the addresses they lead to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[tuple[str, tuple[str, ...]]] = set()
        self.targets: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.targets |= {value or "" for name, value in attrs if name in ("href", "src", "action", "data")}


@pytest.mark.parametrize("form", [f for f in FORMATS if f != "html"])
def test_no_control_character_and_no_command_is_written(attacked: Run, form: str) -> None:
    text = rendered(attacked, form)
    text.encode("utf-8")
    bare = unstyle(text) if form == "text" else text
    assert not _CONTROLS.search(bare)
    if form == "text":  # of controls there are our own colours alone
        assert "\x1b" not in re.sub(r"\x1b\[(?:0|1|38;5;\d+)m", "", text)
    if form == "github":
        for line in text.splitlines():
            assert re.match(r"::(?:error|warning|notice) [^:]*::", line)
    else:
        assert not _COMMAND.search(bare)
        assert "##[" not in bare


def test_pages_have_no_other_tags_than_for_a_harmless_draft(attacked: Run, harmless: Run) -> None:
    for full in (True, False):
        runs = (Run(run.reports, run.faults, run.rulebook, full=full) for run in (attacked, harmless))
        page, plain = (_Page(rendered(run, "html")) for run in runs)
        names = {tag for tag, _ in page.tags} - {tag for tag, _ in plain.tags}
        assert names <= {"mark", "b", "br", "ul", "li", "p", "span", "a", "sup"}
        assert not {a for _, attributes in page.tags for a in attributes if a.startswith("on")}
        assert not {t for t in page.targets if not t.startswith(("#", "data:,"))}
    text = rendered(attacked, "html")
    assert not _COMMAND.search(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


def test_sarif_json_and_junit_can_be_read(attacked: Run) -> None:
    assert [e.message for e in _SARIF.iter_errors(json.loads(rendered(attacked, "sarif")))] == []
    document = json.loads(rendered(attacked, "json"))
    assert [d["findings"] for d in document["drafts"]] == [r.to_dict()["findings"] for r in attacked.reports]
    assert len(rendered(attacked, "jsonl").splitlines()) == len(attacked.reports)
    root = ET.fromstring(rendered(attacked, "junit"))
    assert {e.tag for e in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error", "system-out"}


def test_cells_are_no_formulas(attacked: Run) -> None:
    _assert_no_formulas(rendered(attacked, "csv"))


def _assert_no_formulas(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {len(rows[0])}
    for cell in (c for row in rows[1:] for c in row):
        assert re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", cell) or not re.match(r"[\s\"]*[=+\-@＝＋－＠]", cell), cell
    for line in text.splitlines():  # a Spanish spreadsheet parts cells at semicolons
        assert not re.search(r";[\s\"]*[=+\-@＝＋－＠]", line), line


def test_comments_hold_no_html_link_or_mention(attacked: Run) -> None:
    text = rendered(attacked, "markdown")
    assert not re.search(r"<(?!/?(?:details|summary|br)>)", text)
    assert not re.search(r"\]\(|@(?=[a-z])|(?<![&\w])#(?=\d)", text)


def _as_name(attack: str) -> str:
    return re.sub("[\x00/\ud800-\udfff]", "", attack)[:100] or "x"


def _assert_safe(arguments: list[str]) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code in (0, 1, 2), result.output
    for text in (result.stderr, unstyle(result.stdout)):
        assert not _COMMAND.search(text), arguments
    assert not _CONTROLS.search(result.stderr), arguments
    return result


@pytest.mark.parametrize("option", ["--full", "--diff"])
def test_standard_error_is_as_safe(option: str, tmp_path: Path) -> None:
    """Whatever a broken draft quotes; one run over the files of all attacks."""
    for number, attack in enumerate(ATTACKS.values()):
        folder, name = tmp_path / str(number), _as_name(attack)
        folder.mkdir()
        (folder / f"{name}.txt").write_text("Kind: fax\n\nHi", encoding="utf-8")
        (folder / "a.jsonl").write_text("\n".join(json.dumps(d) for d in (
            {"body": "x", "kind": attack}, {"body": "x", "language": attack}, {"body": "x", "ignore": [f"emoji, until {attack}"]},
            {"body": "x", "recipient": {attack: 1}}, {"body": "Hi Ana", "id": attack}, {"body": [attack]})), encoding="utf-8")
        (folder / "b.csv").write_text(f"body,{json.dumps(attack)}\n\"\"\n", encoding="utf-8")
        (folder / "c.md").write_text(f"---\n{json.dumps(attack)}: x\n---\nHi", encoding="utf-8")
        (folder / "d.eml").write_text(f"X-Inmail-{name[:20]}: x\nSubject: x\n\nHi", encoding="utf-8", errors="replace")
    said = _assert_safe(["check", option, str(tmp_path)]).stderr
    for number in range(len(ATTACKS)):
        assert len(re.findall(rf"/{number}/(?:a\.jsonl|[^/]*\.txt):", said)) >= 3, f"{number}: what is broken is said"


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_what_is_asked_for_is_quoted_as_safely(attack: str, tmp_path: Path) -> None:
    name, draft = _as_name(attack), tmp_path / "a.txt"
    draft.write_text("Hi Ana", encoding="utf-8")
    for arguments in (["check", name], ["explain", name], ["check", "--profile", name, str(draft)],
                      ["check", "--ignore", name, str(draft)]):
        _assert_safe(arguments)


def test_settings_are_shown_as_harmlessly(tmp_path: Path) -> None:
    (tmp_path / ".inmail-lint.toml").write_text('sender = {name = "\\u001b[31m::error::x\\u202e", company = "a\\n::error::b"}\n')
    result = CliRunner().invoke(main, ["config", str(tmp_path / "a.txt")])
    assert result.exit_code == 0, result.output
    assert not _CONTROLS.search(result.stdout) and not _COMMAND.search(result.stdout)


def test_a_diff_neither_steers_nor_commands(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Hi Ana,\n\n ::error::pwned\n\nAct NOW!!!!! \x1b[31m\n\n::warning::x\u202e\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "--diff", str(file)])
    assert "Act" in result.stdout
    diff = result.stdout.split("\n@@", 1)[1]
    assert not _CONTROLS.search(diff) and not _COMMAND.search(diff)


@pytest.mark.parametrize("language", ['">', "\x1b[", "..", "a1", "é1"])
def test_a_language_is_letters(language: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"body": "Hi Ana", "language": language}), encoding="utf-8")
    items = list(read_paths([str(tmp_path / "a.jsonl")]))
    assert isinstance(items[0], DraftError) and "write a code such as es or en" in str(items[0])


def _in_yaml(text: str) -> str:
    """Any text as YAML can write it."""
    return '"' + "".join(c if c.isalnum() else f"\\U{ord(c):08x}" for c in text) + '"'


_IN_YAML = [attack for attack in ATTACKS.values() if not re.search("[\ud800-\udfff\x00]", attack)]
_ADDRESS = "https://team.example/a_(b)?c=%20d&e#f"
_BODY = "Hi Ana,\n\n" + " ".join(f"We sell zorbles{n}." for n in range(len(_IN_YAML))) + " 🚀🚀🚀🚀🚀🚀🚀"


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team's rules and sources, one for each attack, which attack wherever they say something; and such a profile."""
    folder, guides = tmp_path_factory.mktemp("team"), []
    for n, attack in enumerate(_IN_YAML):
        text = _in_yaml(f"{attack} x {attack}".replace("{", "(").replace("}", ")"))
        marked = _in_yaml(f"We sell zorbles{n}. ⟦{attack}⟧")  # which a test of the rule quotes, for nothing is found there
        both = f"{{en: {text}, es: {text}}}"
        (folder / f"team-{n}.yaml").write_text(
            f"id: team-{n}\ncategory: {text}\nlanguages: [en]\nkind: forbid\nseverity: error\npoints: 9\nscope: body\n"
            f"title: {both}\nmessage: {both}\nwhy: {both}\nfix: {both}\nguides: [guide-{n}]\nphrases: {{en: [zorbles{n}]}}\n"
            f"examples: {{en: {{bad: ['We sell ⟦zorbles{n}⟧.', {marked}], good: [We sell pumps.], near: [{text}]}}}}\n",
            encoding="utf-8")
        guides.append(f"guide-{n}: {{title: {text}, address: {_in_yaml(_ADDRESS)}, says: {text}, evidence: opinion, "
                      f"read: {text}, against: {text}}}\n")
    (folder / "guides.yaml").write_text("".join(guides), encoding="utf-8")
    text = _in_yaml("\n".join(_IN_YAML).replace("{", "(").replace("}", ")"))
    both = f"{{en: {text}, es: {text}}}"
    (folder / "mine.yml").write_text(f"id: {text}\nabout: {both}\nrules: {{emoji: {{message: {both}}}}}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def team_run(team: Path) -> Run:
    linter = Linter(str(team / "mine.yml"), rules=team)
    report = linter.lint(Draft(_BODY, language="en", path="a.txt"))
    assert {f"team-{n}" for n in range(len(_IN_YAML))} | {"emoji"} <= {f.rule for f in report.findings}
    return Run((report,), (), linter.rulebook, explain=True, links=True)


def test_what_a_team_says_is_held_without_controls(team_run: Run) -> None:
    """So that whatever shows it besides, such as an editor, has nothing to mind."""
    book = team_run.rulebook
    own = [r for r in book.rules.values() if r.id.startswith("team-")]
    sayings = [words for r in own for said in (r.title, r.message, r.why, r.fix) for words in said.values()]
    sayings += [r.category for r in own]
    for guide in book.guides.values():
        sayings += [guide.title, guide.address, guide.evidence, guide.read, *guide.says.values(), *guide.against.values()]
    sayings += [book.profile.id, *book.profile.about.values(), *book.rules["emoji"].message.values()]
    assert len(sayings) > 15 * len(_IN_YAML)
    assert [words for words in sayings if _CONTROLS.search(words) or "\n" in words or "\t" in words] == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_rule_of_a_team_injects_as_little(team_run: Run, form: str) -> None:
    written = rendered(team_run, form)
    link = re.compile(rf"\x1b\]8;;(?:{re.escape(_ADDRESS)}|https?://[\w./?=&%-]*)?\x1b\\")
    bare = unstyle(link.sub("", written)) if form == "text" else written
    assert not _CONTROLS.search(bare)
    if form == "github":
        lines = written.splitlines()
        assert all(re.match(r"::(?:error|warning|notice) [^:]*::", line) for line in lines)
        assert len(lines) == len(team_run.reports[0].findings)
    else:
        assert not _COMMAND.search(bare)
    if form == "sarif":
        assert [e.message for e in _SARIF.iter_errors(json.loads(written))] == []
    if form == "csv":
        _assert_no_formulas(written)
    if form == "junit":
        ET.fromstring(written)
    if form == "markdown":
        assert not re.search(r"<(?!/?(?:details|summary|br)>)|\]\(|@(?=[a-z])", written)


def test_what_sources_say_becomes_no_markup(team_run: Run) -> None:
    page = _Page(rendered(team_run, "html"))
    assert {tag for tag, _ in page.tags}.isdisjoint({"img", "iframe", "object", "base"})
    assert not {a for _, attributes in page.tags for a in attributes if a.startswith("on")}
    assert not {t for t in page.targets if not t.startswith(("#", "data:,"))}
    rules = json.loads(rendered(team_run, "sarif"))["runs"][0]["tool"]["driver"]["rules"]
    helps = [r["help"]["markdown"] for r in rules if r["id"].startswith("team-")]
    assert len(helps) == len(_IN_YAML)
    for shown in map(cmarkgfm.markdown_to_html, helps):
        assert set(re.findall(r'(?:href|src)="([^"]*)"', shown)) == {_ADDRESS.replace("&", "&amp;")}
        assert not re.search(r"<(?!/?(?:p|strong|em|ul|li|a)\b)", shown)


def test_commands_show_a_rule_of_a_team_as_safely(team: Path) -> None:
    explained = [["explain", f"team-{n}"] for n in range(len(_IN_YAML))]
    for command in (*explained, ["rules", "list"], ["rules", "test", "--own"], ["rules", "coverage"]):
        result = CliRunner().invoke(main, [*command, "--rules", str(team)])
        assert result.exit_code in (0, 1), result.output
        for text in (unstyle(result.stdout), result.stderr):
            assert not _CONTROLS.search(text), command
            assert not _COMMAND.search(text), command


def test_no_attack_is_an_address_or_a_name(tmp_path: Path) -> None:
    """Refused with the faults; where drafts are still judged, the source has lost its address and the rule is left out."""
    source = "{{title: t, address: {}, says: s, evidence: gossip, read: '2026'}}"
    ours = (rules_directory() / "hedge.yaml").read_text(encoding="utf-8")
    names, lines = [], []
    for n, attack in enumerate(_IN_YAML):
        names.append(re.sub("/", "", f"{n} {attack}")[:100])
        (tmp_path / f"{names[-1]}.yaml").write_text(ours.replace("id: hedge", f"id: {_in_yaml(names[-1])}"), encoding="utf-8")
        lines += [f"one-{n}: {source.format(_in_yaml(attack))}",
                  f"two-{n}: {source.format(_in_yaml('https://e.example/' + attack + ' x'))}",
                  f"{_in_yaml(f'x {n} ' + attack[:50])}: {source.format('https://e.example/')}"]
    (tmp_path / "guides.yaml").write_text("\n".join([*lines, ""]), encoding="utf-8")
    book = load_rulebook(extra=tmp_path, tolerant=True)
    said = [str(fault) for fault in book.faults]
    for words in ("an address begins", "an address has no blanks", "the name of a source has letters", "an id has letters"):
        assert sum(words in line for line in said) == len(_IN_YAML), words
    assert not any(_CONTROLS.search(line) or _COMMAND.search(line) for line in said)
    own = {g.id: (g.address, g.evidence) for g in book.guides.values() if g.id[:4] in ("one-", "two-")}
    assert len(own) == 2 * len(_IN_YAML) and set(own.values()) == {("", "opinion")}
    assert set(book.guides) - set(load_rulebook().guides) == set(own)
    assert set(names) <= set(book.missing)
    result = CliRunner().invoke(main, ["rules", "list", "--rules", str(tmp_path)])
    assert result.exit_code == 2
    assert not _CONTROLS.search(result.stderr) and not _COMMAND.search(result.stderr)


def test_a_source_without_an_address_is_shown_without_one(tmp_path: Path) -> None:
    (tmp_path / "guides.yaml").write_text(
        "team: {title: Ours, address: 'ftp://e.example', says: So., evidence: opinion, read: '2026'}\n", encoding="utf-8")
    rule(tmp_path, guides="[team]", phrases="{en: [zorbles]}")
    linter = Linter(rulebook=load_rulebook(extra=tmp_path, tolerant=True))
    run = Run((linter.lint(Draft("Hi Ana,\n\nWe sell zorbles.", language="en")),), (), linter.rulebook, explain=True, links=True)
    for form in FORMATS:
        written = rendered(run, form)
        assert "ftp:" not in written and "(<>)" not in written and '"address"></' not in written, form
    assert "Ours" in rendered(run, "text")
