"""What is measured: each function is one table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.drafts import LANGUAGES, drafts, write_jsonl, write_texts
from benchmarks.lists import COMPARABLE
from benchmarks.ours import Ours, comparable
from benchmarks.peers import peers, write_lists
from benchmarks.phrases import write_folder
from benchmarks.table import Cell, Table, figure, ratio, words
from benchmarks.timing import Job, Taken, in_turn


@dataclass(frozen=True)
class Size:
    """How much is measured: drafts of the many, of the in-process runs, of the peers, of the memory run; runs a command."""

    many: int = 2000
    inside: int = 300
    huge: int = 20_000
    beside: int = 500
    runs: int = 3
    lengths: tuple[int, ...] = (500, 2000, 8000, 32_000)
    phrases: tuple[int, ...] = (0, 1000, 5000, 10_000)  # in each language: the most that own folders may hold
    warm: bool = True  # every command is run once before it is measured


QUICK = Size(many=20, inside=10, huge=20, beside=10, runs=1, lengths=(200, 400), phrases=(50,), warm=False)


@dataclass
class Bench:
    """One run: sizes, a scratch folder, where other tools lie, what was measured for the targets."""

    size: Size
    scratch: Path
    folders: Sequence[Path]
    tell: Callable[[str], None]
    values: dict[str, float] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)
    ours: Ours = field(init=False)

    def __post_init__(self) -> None:
        self.ours = Ours(self.scratch)

    def job(self, name: str, command: Sequence[str | Path], runs: int | None = None) -> Job:
        return Job(name, command, self.ours.env, runs or self.size.runs)

    def run(self, jobs: Iterable[Job]) -> None:
        in_turn(list(jobs), self.tell, warm=self.size.warm)

    def jsonl(self, number: int, languages: Sequence[str] = LANGUAGES) -> Path:
        file = self.scratch / f"{number}-{'-'.join(languages)}.jsonl"
        return file if file.exists() else write_jsonl(file, drafts(number, languages))

    def texts(self, number: int, languages: Sequence[str] = LANGUAGES) -> tuple[Path, list[Path]]:
        folder = self.scratch / f"{number}-{'-'.join(languages)}"
        return folder, sorted(folder.glob("*.txt")) if folder.exists() else write_texts(folder, drafts(number, languages))


def start(bench: Bench) -> Table:
    """Small commands, and one draft from a cold start."""
    ours = bench.ours
    _, (english, spanish, *_) = bench.texts(4)
    floor = bench.job("import spacy", [ours.command()[0], "-c", "import spacy"])
    jobs: list[tuple[Cell, Job]] = [
        (words("import-spacy"), floor),
        ("`--help`", bench.job("--help", ours.command("--help"))),
        ("`explain hedge`", bench.job("explain", ours.command("explain", "hedge"))),
        ("`rules list`", bench.job("rules list", ours.command("rules", "list"))),
        (words("one-english"), bench.job("one English draft", ours.check(english))),
        (words("one-spanish"), bench.job("one Spanish draft", ours.check(spanish)))]
    for _, job in jobs:
        job.runs = max(job.runs, 2 * bench.size.runs - 1)  # they are short, and noise is large in them
    bench.run(job for _, job in jobs)
    base = floor.median
    bench.values |= {"help": jobs[1][1].median.wall, "cold": jobs[4][1].median.wall, "import": base.wall}
    return Table("start", ("command", "wall-ms", "cpu-ms", "peak", "times-import"), [
        (label, figure(t.wall * 1000), figure(t.cpu * 1000), figure(t.peak), ratio(t.wall, base.wall))
        for label, job in jobs for t in [job.median]])


def many(bench: Bench) -> Table:
    """Many drafts in one call, beside the tokeniser alone."""
    ours, number = bench.ours, bench.size.many
    file = bench.jsonl(number)
    floor = bench.job("tokeniser", ours.module("tokenise", file))
    one = bench.job(f"{number} drafts", ours.check("--format", "json", file))
    rows: list[tuple[Cell, Job | None]] = [(words("tokeniser", number=f"{number:,}"), floor),
                                           (words("one-core", number=f"{number:,}"), one), (words("two-jobs"), None)]
    if ours.has("--jobs"):
        rows[2] = (words("two-jobs"), bench.job("--jobs 2", ours.check("--format", "json", file, jobs=2)))
    bench.run(job for _, job in rows if job)
    base = floor.median
    bench.values |= {"many": one.median.wall, "floor": base.wall, "ratio": one.median.cpu / base.cpu}
    table = Table("many", ("run", "wall-s", "cpu-s", "peak", "drafts-s", "cpu-times-tokeniser"))
    for label, job in rows:
        table.rows.append(_whole(label, job.median, number, base.cpu) if job else _absent(label, 5))
    return table


def _whole(label: Cell, taken: Taken, number: int, base: float) -> Sequence[Cell]:
    return (label, figure(taken.wall), figure(taken.cpu), figure(taken.peak), figure(number / taken.wall),
            ratio(taken.cpu, base))


def _absent(label: Cell, cells: int) -> Sequence[Cell]:
    return label, words("not-available"), *[None] * (cells - 1)


def inside(bench: Bench) -> Table:
    """A draft in a process that has everything loaded."""
    bench.tell("in the process")
    taken = json.loads(bench.ours.measured("inside", "one", str(bench.size.inside)))
    base = taken["tokenise"]
    bench.values |= {f"inside-{code}": taken[code] for code in LANGUAGES} | {"inside-tokenise": base}
    table = Table("inside", ("work", "cpu-ms", "drafts-cpu-s", "times-tokeniser"))
    for key in ("tokenise", *LANGUAGES):
        seconds = taken[key]
        table.rows.append((words(f"inside-{key}"), figure(seconds * 1000), figure(1 / seconds), ratio(seconds, base)))
    return table


def hook(bench: Bench) -> Table:
    """The pre-commit hook over many drafts, judged anew and with the reports of an earlier run."""
    ours, number = bench.ours, bench.size.many
    _, files = bench.texts(number)
    table = Table("hook", ("run", "wall-s", "cpu-s", "drafts-s", "times-uncached"))
    if not ours.has("--cache"):
        anew = bench.job("hook", ours.check(*files))
        bench.run([anew])
        table.rows.append(_hooked(words("uncached", number=f"{number:,}"), anew.median, number, anew.median.wall))
        table.rows.append(_absent(words("cached"), 4))
        return table
    anew = bench.job("hook, uncached", ours.check(*files))
    again = bench.job("hook, cached", ours.check(*files, cache=True))
    in_turn([bench.job("hook, reports kept", again.command, 1)], bench.tell, warm=False)
    bench.run([anew, again])
    bench.values["cached"] = again.median.wall / anew.median.wall
    for label, job in ((words("uncached", number=f"{number:,}"), anew), (words("cached"), again)):
        table.rows.append(_hooked(label, job.median, number, anew.median.wall))
    return table


def _hooked(label: Cell, taken: Taken, number: int, base: float) -> Sequence[Cell]:
    return label, figure(taken.wall), figure(taken.cpu), figure(number / taken.wall), ratio(taken.wall, base)


def long(bench: Bench) -> Table:
    """Drafts far longer than any message: time a word at each length."""
    bench.tell("long drafts")
    taken = json.loads(bench.ours.measured("inside", "long", *map(str, bench.size.lengths)))
    table = Table("long", ("length", "english-ms", "english-us", "spanish-ms", "spanish-us"))
    for length in bench.size.lengths:
        row: list[Cell] = [f"{length:,}"]
        for code in LANGUAGES:
            seconds = taken[code][str(length)]
            row += [figure(seconds * 1000), figure(seconds / length * 1e6)]
        table.rows.append(row)
    first, last = str(bench.size.lengths[0]), str(bench.size.lengths[-1])
    bench.values["per-word"] = max(taken[c][last] / int(last) / (taken[c][first] / int(first)) for c in LANGUAGES)
    return table


def phrases(bench: Bench) -> Table:
    """A team's own phrases: what they cost to load, and what they cost a draft."""
    table = Table("phrases", ("own-phrases", "loading-s", "draft-ms", "times-none"))
    base = 0.0
    for number in bench.size.phrases:
        bench.tell(f"{number:,} phrases")
        folder = write_folder(bench.scratch / f"phrases-{number}", number)
        taken = json.loads(bench.ours.measured("inside", "phrases", folder, str(min(bench.size.inside, 100))))
        base = base or taken["draft"]
        table.rows.append((f"{number:,}", figure(taken["loading"]), figure(taken["draft"] * 1000), ratio(taken["draft"], base)))
        bench.values["phrases"] = taken["draft"] / base
    return table


def memory(bench: Bench) -> Table:
    """Peak memory of one, many and very many drafts in one call."""
    table = Table("memory", ("drafts", "peak", "wall-s"))
    for number in dict.fromkeys((1, bench.size.many, bench.size.huge)):
        job = bench.job(f"{number:,} drafts", bench.ours.check("--format", "jsonl", bench.jsonl(number)), 1)
        in_turn([job], bench.tell, warm=False)  # too long to be done twice; tables made from the rules are there
        table.rows.append((f"{number:,}", figure(job.median.peak), figure(job.median.wall)))
    return table


def others(bench: Bench) -> list[Table]:
    """Other linters beside ours: drafts in both languages, then English ones alone."""
    given = bench.scratch / "given"
    lists = write_lists(given)
    tables = [_beside(bench, given, "others-both", LANGUAGES), _beside(bench, given, "others-english", ("en",))]
    totals = {"taken": sum(own.taken for own in lists.values()), "lines": sum(own.lines for own in lists.values()),
              "plain": sum(own.plain().taken for own in lists.values())}
    rules = ", ".join(f"`{name}`" for name in COMPARABLE)
    tables[-1].notes.append(words("given", number=f"{bench.size.beside:,}", rules=rules, **totals))
    if not any(version.startswith("Vale") for version in bench.versions):
        tables[-1].notes.append(words("vale-missing"))
    return tables


def _beside(bench: Bench, given: Path, title: str, languages: Sequence[str]) -> Table:
    number = bench.size.beside
    folder, files = bench.texts(number, languages)
    ours = bench.ours
    every = bench.job("inmail-lint", ours.check("--format", "json", folder))
    alike = bench.job("inmail-lint, comparable", ours.check("--format", "json", *comparable(COMPARABLE), folder))
    found = [p for p in peers(given, folder, files, bench.folders) if languages == ("en",) or not p.english]
    installed = [(p, Job(p.name, p.command, ours.env, bench.size.runs, p.fine, optional=True)) for p in found if p.version]
    bench.run([every, alike, *(job for _, job in installed)])
    bench.versions = list(dict.fromkeys([*bench.versions, *(p.version for p, _ in installed)]))
    base = alike.median
    table = Table(title, ("linter", "wall-s", "cpu-s", "peak", "findings", "cpu-times-ours"))
    for label, job in ((words("ours-all"), every), (words("ours-alike"), alike)):
        table.rows.append(_linter(label, job.median, _ours_found(job.output), base))
    for peer, job in installed:
        if job.failed:
            table.rows.append((words(peer.name), words("failed"), *[None] * 4))
            continue
        table.rows.append(_linter(words(peer.name), job.median, peer.findings(job.output), base))
        bench.values[f"{title}:{peer.name}"] = job.median.cpu / base.cpu
    table.rows += [_absent(words(p.name), 5) for p in found if not p.version]
    return table


def _linter(label: Cell, taken: Taken, findings: int, base: Taken) -> Sequence[Cell]:
    return label, figure(taken.wall), figure(taken.cpu), figure(taken.peak), f"{findings:,}", ratio(taken.cpu, base.cpu)


def _ours_found(output: bytes) -> int:
    """Places of findings, of which others count each one."""
    return sum(len(f["places"]) or 1 for d in json.loads(output)["drafts"] for f in d["findings"])
