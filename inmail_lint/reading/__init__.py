"""Drafts from files: text, mail, JSON, JSONL and CSV, each with positions in the original file."""

from inmail_lint.reading.collect import FORMATS, STDIN, format_of, read_paths, standard_input

__all__ = ["FORMATS", "STDIN", "format_of", "read_paths", "standard_input"]
