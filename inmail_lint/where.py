"""Where the rules are; apart from loading them, which readers of drafts need not pay for."""

from __future__ import annotations

from pathlib import Path


def rules_directory() -> Path:
    """Inside an installed package, or beside it in a checkout."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"
