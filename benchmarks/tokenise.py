"""The floor: a process that reads a JSON Lines file of drafts and does nothing but cut them into words with spaCy's blank
tokeniser, as everything that builds on spaCy must: `python -m benchmarks.tokenise FILE`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import spacy


def main(file: Path) -> None:
    pipelines = {code: spacy.blank(code) for code in ("en", "es")}
    words = 0
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        pipeline = pipelines[record["language"]]
        words += len(pipeline.make_doc(record["subject"])) + len(pipeline.make_doc(record["body"]))
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
