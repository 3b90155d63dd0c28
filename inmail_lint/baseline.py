"""Known findings: a file that lets an old library of templates in, so that only what is new fails."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
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

    def applied(self, reports: Sequence[Report]) -> tuple[list[Report], list[Entry]]:
        """The reports with known findings marked, and the entries for these drafts that no longer apply."""
        left = Counter(self.known)
        root = self.file.absolute().parent
        marked = []
        for report in reports:
            findings = []
            for finding in report.findings:
                entry = Entry.of(report, finding, root)
                findings.append(replace(finding, known=True) if left[entry] > 0 else finding)
                left[entry] -= 1
            marked.append(replace(report, findings=tuple(findings)))
        looked_at = {(_relative(r.draft.path, root), r.draft.id) for r in reports}
        paths = {path for path, _ in looked_at}
        return marked, sorted(e for e, n in left.items() if n > 0 and ((e.path, e.id) in looked_at or e.path in paths))


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
