"""The keys of a configuration file: the one table from which checking, schema, template and documentation are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inmail_lint.draft import KINDS
from inmail_lint.vocabulary import SEVERITIES, UI_LANGUAGES


@dataclass(frozen=True)
class Key:
    """One key: `shape` is text, choice, integer, jobs, flag, texts, paths, or a table (`rules`, `phrases`, `sender`, `files`)."""

    name: str
    shape: str
    about: Mapping[str, str]
    choices: tuple[str, ...] = ()
    default: Any = None
    example: str = ""  # as TOML
    per_draft: bool = True  # may differ by file (in `files`)


KEYS: dict[str, Key] = {key.name: key for key in (
    Key("profile", "text", {
        "en": "Thresholds and points: guides, linkedin-data, guia-creditos, guia-magicpost, or a profile file.",
        "es": "Umbrales y puntos: guides, linkedin-data, guia-creditos, guia-magicpost, o un archivo de perfil."},
        default="guides", example='"linkedin-data"'),
    Key("kind", "choice", {
        "en": "What drafts are that do not say so themselves.", "es": "Qué son los borradores que no lo dicen."},
        choices=KINDS, example='"connection"'),
    Key("language", "text", {
        "en": "Language of drafts that do not say so; without it the text decides.",
        "es": "Idioma de los borradores que no lo dicen; sin él decide el texto."}, example='"es"'),
    Key("ui", "choice", {
        "en": "Language of reports; without it each draft's own.", "es": "Idioma de los informes; sin él, el de cada borrador."},
        choices=UI_LANGUAGES, example='"en"'),
    Key("select", "texts", {
        "en": "Only these rules: names, categories, or patterns such as cta-*.",
        "es": "Solo estas reglas: nombres, categorías o patrones como cta-*."}, default=(), example='["cta-*", "placeholder"]'),
    Key("ignore", "texts", {
        "en": "Not these rules: names, categories, or patterns.", "es": "Estas reglas no: nombres, categorías o patrones."},
        default=(), example='["emoji", "readability"]'),
    Key("rules", "rules", {
        "en": "Severity and points of single rules; off switches one off.",
        "es": "Gravedad y puntos de cada regla; off la apaga."}, default={}, example='{links = "off"}'),
    Key("rule-folders", "paths", {
        "en": "Folders with rules and patterns of your own, from this file.",
        "es": "Carpetas con reglas y patrones propios, desde este archivo."}, default=(), example='["our-rules"]'),
    Key("only-own-rules", "flag", {
        "en": "Leave our rules out and use yours alone.", "es": "Dejar fuera nuestras reglas y usar solo las propias."},
        default=False, example="true"),
    Key("phrases", "phrases", {
        "en": "Phrases added to or removed from a pattern, by language.",
        "es": "Frases que se añaden o se quitan a un patrón, por idioma."}, default={},
        example='{"spam.free" = {add = {en = ["no strings attached"]}}}'),
    Key("sender", "sender", {
        "en": "Your own name and company: naming them is no mistake.",
        "es": "Su nombre y su empresa: nombrarlos no es un error."}, default={},
        example='{name = "Ana Ruiz", company = "Nimbo"}'),
    Key("campaign", "path", {
        "en": "The contacts a campaign goes to, from this file: naming another's company is a mistake.",
        "es": "Los contactos de una campaña, desde este archivo: nombrar la empresa de otro es un error."},
        example='"contacts.csv"'),
    Key("fail-on", "choice", {
        "en": "The severity from which the command fails.", "es": "La gravedad desde la que el comando falla."},
        choices=(*SEVERITIES, "never"), default="error", example='"warning"', per_draft=False),
    Key("fail-under", "integer", {
        "en": "The score under which the command fails.", "es": "La puntuación por debajo de la cual el comando falla."},
        example="60", per_draft=False),
    Key("baseline", "path", {
        "en": "A file of known findings, from this file; only new ones fail.",
        "es": "Un archivo de hallazgos conocidos, desde este archivo; solo fallan los nuevos."},
        example='"inmail-lint-baseline.json"', per_draft=False),
    Key("jobs", "jobs", {
        "en": "How many processes judge; auto: as many as there are processors if drafts are many.",
        "es": "Cuántos procesos juzgan; auto: tantos como procesadores si los borradores son muchos."},
        default="auto", example="2", per_draft=False),
    Key("cache", "flag", {
        "en": "Keep reports on this machine, so that unchanged drafts are not judged again.",
        "es": "Guardar los informes en esta máquina, para no juzgar otra vez los borradores sin cambios."},
        default=False, example="true", per_draft=False),
    Key("files", "files", {
        "en": "Settings for files that match: a list of tables with match and any of the keys above.",
        "es": "Ajustes para los archivos que coinciden: tablas con match y cualquiera de las claves de arriba."},
        default=(), example='[{match = "notes/*", kind = "connection"}]', per_draft=False),
)}
RULE_KEYS = ("severity", "points")
PHRASE_KEYS = ("add", "remove")
SENDER_KEYS = ("name", "company")
