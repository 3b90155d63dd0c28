"""Known findings: a file that lets an old library of templates in, so that only what is new fails."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from inmail_lint.errors import Fault, InmailLintError
from inmail_lint.files import text_of
from inmail_lint.report import Finding, Report

VERSION = 1


class BaselineError(InmailLintError):
    """A baseline that cannot be read."""


@dataclass(frozen=True, order=True)
class Entry:
    """One known finding: in which draft, of which rule, on which words (as a digest: drafts may be private)."""

    path: str
    id: str
    rule: str
    words: str

    @classmethod
    def of(cls, report: Report, finding: Finding, root: Path) -> Entry:
        words = "\n".join(" ".join(place.text.split()) for place in finding.places)
        return cls(_relative(report.draft.path, root), report.draft.id, finding.rule,
                   hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12])


@dataclass(frozen=True)
class Baseline:
    """The known findings of a file; paths are as seen from its folder."""

    file: Path
    known: Counter[Entry]

    @classmethod
    def read(cls, file: Path) -> Baseline:
        """Raises BaselineError with the place and the remedy."""
        remedy = "write it anew with 'inmail-lint baseline write'"
        try:
            data = json.loads(text_of(file))
            if data["version"] != VERSION:
                raise BaselineError(Fault(str(file), f"this baseline is of another version; {remedy}"))
            known = Counter({Entry(e["path"], e["id"], e["rule"], e["words"]): int(e["count"]) for e in data["findings"]})
        except FileNotFoundError as error:
            raise BaselineError(Fault(str(file), f"there is no such baseline; {remedy}")) from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BaselineError(Fault(str(file), f"not a baseline ({type(error).__name__}: {error}); {remedy}")) from error
        return cls(file, known)


class Held:
    """A baseline held against reports one after the other."""

    def __init__(self, baseline: Baseline) -> None:
        self._left = Counter(baseline.known)
        self._root = baseline.file.absolute().parent
        self._ours = {e.path for e in baseline.known}
        self._seen: set[str] = set()  # files of the baseline, for a run may have a million others

    def marked(self, report: Report) -> Report:
        """The report with known findings marked."""
        path = _relative(report.draft.path, self._root)
        if path in self._ours:
            self._seen.add(path)
        findings = []
        for finding in report.findings:
            entry = Entry.of(report, finding, self._root)
            known = self._left[entry] > 0
            findings.append(replace(finding, known=True) if known else finding)
            if known:
                self._left[entry] -= 1
        return replace(report, findings=tuple(findings))

    def stale(self) -> list[Entry]:
        """Entries for files seen that no longer apply."""
        return sorted(e for e, n in self._left.items() if n > 0 and e.path in self._seen)


def written(reports: Iterable[Report], file: Path) -> str:
    """The baseline that knows every finding of the reports, as the text of `file`."""
    root = file.absolute().parent
    counts = Counter(Entry.of(report, finding, root) for report in reports for finding in report.findings)
    rows = [{"path": e.path, "id": e.id, "rule": e.rule, "words": e.words, "count": n} for e, n in sorted(counts.items())]
    return json.dumps({"version": VERSION, "findings": rows}, ensure_ascii=False, indent=1) + "\n"


def _relative(path: str, root: Path) -> str:
    try:
        return Path(path).absolute().relative_to(root).as_posix()
    except ValueError:
        return Path(path).as_posix()
