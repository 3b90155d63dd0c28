"""Drafts from files: text, mail, JSON, JSONL and CSV, each with positions in the original file."""

from inmail_lint.reading.collect import FORMATS, read_paths

__all__ = ["FORMATS", "read_paths"]
