"""Everything a program can call, on drafts in both languages; says `judged` and the number of reports at the end."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import spacy

import inmail_lint.spacy_component  # noqa: F401  (registers the component)
from inmail_lint import Draft, Linter, Report, lint
from inmail_lint.frames import lint_table

_ROWS = [{"id": "1", "subject": "Your talk", "body": "Hi Ana,\n\nI read your figures on night buses. Any thoughts?"},
         {"id": "2", "subject": "Tu charla", "body": "Hola Marta:\n\nVi tu charla de Lugo sobre puentes. ¿Hablamos el lunes?"}]


_LINTER = Linter()


def _reports() -> list[Report]:
    drafts = [Draft(row["body"], row["subject"]) for row in _ROWS]
    found = [lint(subject=row["subject"], body=row["body"], recipient={"first_name": "Ana"}) for row in _ROWS[:1]]
    found += _LINTER.lint_many(drafts)
    with ThreadPoolExecutor(2) as pool:
        found += pool.map(_LINTER.lint, drafts)
    nlp = spacy.blank("es")
    nlp.add_pipe("inmail_lint")
    return found + [doc._.inmail for doc in nlp.pipe([row["body"] for row in _ROWS])]


def _tables() -> int:
    tables: list[object] = [_ROWS]
    for library, table in (("pandas", "DataFrame"), ("polars", "DataFrame")):
        if find_spec(library):
            tables.append(getattr(__import__(library), table)(_ROWS))
    if find_spec("pyarrow"):
        tables.append(__import__("pyarrow").Table.from_pylist(_ROWS))
    return sum(len(lint_table(table, linter=_LINTER)[0]) for table in tables)


_number = len(_reports()) + _tables()
sys.stdout.write(f"judged {_number}\n")
