"""The rule file that `rules new` writes."""

from __future__ import annotations

_CHECKS = {
    "forbid": """# What must not be there: phrases per language (choices in brackets, … for up to four words), or patterns.
phrases:
  en: [replace (this|that) phrase]
  es: [cambia (esta|esa) frase]
severity: warning      # error (stops the draft), warning, note
points: 4""",
    "require": """# What must be there: markers (personalization, value_offer, cta, greeting_name, reason) or patterns.
markers: [value_offer]
at_least: 1
severity: warning      # error (stops the draft), warning, note
points: 4""",
    "threshold": """# A number and its limits; `inmail-lint check --format json` shows all metrics of a draft.
metric: body.questions
levels:
  - {above: 3, severity: warning, points: 3}""",
}
_GAPS = {"forbid": "«{match}»", "require": "only {count}", "threshold": "{value}, more than {limit}"}


def skeleton(name: str, kind: str) -> str:
    """YAML text of a new rule with a comment for every key."""
    gap = _GAPS[kind]
    return f"""id: {name}            # the file's name; never reused
category: tone         # hygiene, subject, length, greeting, personalization, value, cta, tone
kind: {kind}
trial: [en, es]        # languages in which it is shown without points until it has proved itself; then remove this
languages: [en, es]    # those it has words and examples for; `any` for a threshold that needs none
scope: body            # subject, body, message, body.greeting, body.opening, body.closing, body.main
{_CHECKS[kind]}
title: {{en: What is wrong, es: Qué está mal}}
message:               # one sentence to the writer
  en: "What the reader will feel: {gap}."
  es: "Lo que sentirá quien lea: {gap}."
why:
  en: Two or three sentences on why it matters.
  es: Dos o tres frases sobre por qué importa.
fix:
  en: One concrete change.
  es: Un cambio concreto.
guides: [guia-creditos]   # ids from guides.yaml
examples:                 # ⟦ ⟧ mark the words it must point at; near: shares words, but is fine
  en:
    bad: ["Please ⟦replace this phrase⟧."]
    good: [A message that is fine.]
    near: [A message with a phrase of its own.]
  es:
    bad: ["Por favor, ⟦cambia esta frase⟧."]
    good: [Un mensaje que está bien.]
    near: [Un mensaje con una frase propia.]
"""
