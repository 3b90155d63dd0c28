"""The page `docs/measured.md`: how right every rule is, per language, and which are weak."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from inmail_lint.measured import ENOUGH, Figures
from inmail_lint.rulebook import Rulebook

_FEW, _OFTEN_WRONG = 0.6, 0.8  # of the cases found, of the findings right: below them a rule is called weak
_NONE = "–"
_WORDS: dict[str, tuple[str, str]] = {
    # key: (English, Spanish)
    "title": ("Measured", "Lo medido"),
    "other": ("[En español](measured.es.md)", "[In English](measured.md)"),
    "made": ("This page is made from `rules/measured.json` by `inmail-lint rules pages`.",
             "Esta página se hace a partir de `rules/measured.json` con `inmail-lint rules pages`."),
    "what": ("What the figures mean, and what they do not: [The score](score.md).",
             "Qué significan las cifras y qué no: [La puntuación](score.es.md)."),
    "overall": ("All rules together", "Todas las reglas juntas"),
    "overall-head": ("| Language | Drafts | Rank correlation of score and quality | Mean agreement with the labels (kappa) |",
                     "| Idioma | Borradores | Correlación de rangos entre puntuación y calidad "
                     "| Acuerdo medio con las etiquetas (kappa) |"),
    "weak": ("What is weak", "Lo que flojea"),
    "misses": ("{}: finds fewer than 60 in 100 cases: {}.", "{}: encuentra menos de 60 de cada 100 casos: {}."),
    "errs": ("{}: right less than 80 in 100 times it is shown: {}.", "{}: acierta menos de 80 de cada 100 veces que sale: {}."),
    "trial": ("{}: always without points, for it errs too often: {}.", "{}: siempre sin puntos, porque yerra demasiado: {}."),
    "few": ("{}: fewer than 10 drafts with the fault, too few to say: {}.",
            "{}: menos de 10 borradores con la falta, demasiado pocos para decirlo: {}."),
    "unmeasured": ("Not measured, since they count something or no label speaks of them: {}.",
                   "Sin medir, porque cuentan algo o ninguna etiqueta habla de ellas: {}."),
    "each": ("Each rule", "Cada regla"),
    "each-head": ("| Rule | Language | Drafts | With the fault | Shown | Right when shown | Cost points "
                  "| Right when it cost points | Cases found |",
                  "| Regla | Idioma | Borradores | Con la falta | Sale | Acierta cuando sale | Cuesta puntos "
                  "| Acierta cuando cuesta puntos | Casos que encuentra |"),
}


def figures_page(book: Rulebook, figures: Figures, ui: str) -> str:
    """The whole page in one language."""
    def say(key: str, *values: object) -> str:
        return _WORDS[key][ui == "es"].format(*values)

    lines = [f"# {say('title')}", "", say("other"), "", f"<!-- {say('made')} -->", "", say("what"), "",
             f"## {say('overall')}", "", say("overall-head"), "|---|--:|--:|--:|"]
    lines += [f"| {code} | {row['drafts']} | {row['spearman']:.2f} | {row['mean_kappa']:.2f} |"
              for code, row in sorted(figures.overall.items())]
    lines += ["", f"## {say('weak')}", "", *_weak(book, figures, say), "", f"## {say('each')}", "", say("each-head"),
              "|---|---|--:|--:|--:|--:|--:|--:|--:|"]
    lines += [_row(rule, code, row) for rule, rows in _measured(book, figures) for code, row in sorted(rows.items())
              if row["drafts"]]
    return "\n".join(lines) + "\n"


def _measured(book: Rulebook, figures: Figures) -> list[tuple[str, Mapping[str, Mapping[str, Any]]]]:
    return [(rule, figures.rules[rule]) for rule in sorted(book.rules) if rule in figures.rules]


def _row(rule: str, code: str, row: Mapping[str, Any]) -> str:
    enough = row["cases"] >= ENOUGH
    shares = [_share(row[key]) if enough else _NONE for key in ("precision", "charged_precision", "recall")]
    cells = [_link(rule), code, row["drafts"], row["cases"], row["fired"], shares[0], row["charged"], shares[1], shares[2]]
    return f"| {' | '.join(map(str, cells))} |"


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{round(100 * value)} %"


def _link(rule: str) -> str:
    return f"[{rule}](rules/{rule}.md)"


def _weak(book: Rulebook, figures: Figures, say: Callable[..., str]) -> list[str]:
    lines = []
    for code in sorted(figures.overall):
        rows = {rule: by_code[code] for rule, by_code in _measured(book, figures) if by_code.get(code, {}).get("drafts")}
        sure = {rule: row for rule, row in rows.items() if row["cases"] >= ENOUGH}
        lines += _item(say, "misses", code, (r for r, row in sure.items() if (row["recall"] or 0) < _FEW))
        lines += _item(say, "errs", code, (r for r, row in sure.items()
                                           if row["precision"] is not None and row["precision"] < _OFTEN_WRONG))
        lines += _item(say, "trial", code, (r for r in sorted(book.rules) if code in book.rules[r].trial))
        lines += _item(say, "few", code, (r for r in rows if r not in sure))
    unmeasured = [_link(rule) for rule in sorted(book.rules) if rule not in figures.rules]
    return lines + ([f"- {say('unmeasured', ', '.join(unmeasured))}"] if unmeasured else [])


def _item(say: Callable[..., str], key: str, code: str, rules: Iterable[str]) -> list[str]:
    named = [_link(rule) for rule in rules]
    return [f"- {say(key, code, ', '.join(named))}"] if named else []
