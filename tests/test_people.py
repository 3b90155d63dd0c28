"""Whether two given names may be one person's."""

from __future__ import annotations

import pytest

from inmail_lint import Linter
from inmail_lint.people import same_person


@pytest.mark.parametrize(("name", "known", "same"), [
    ("ju", "juliana", True), ("theo", "theodoros", True), ("belu", "belen", True), ("bea", "beatrix", True),
    ("lucho", "luciano", True), ("dani", "daniel", True), ("lucia", "luciana", False), ("maria", "mario", False),
    ("carlos", "carla", False), ("pedro", "paula", False)])
def test_forms_of_a_name(name: str, known: str, same: bool, linter: Linter) -> None:
    assert same_person(name, known, linter.rulebook.names) is same
    assert same_person(known, name, linter.rulebook.names) is same
