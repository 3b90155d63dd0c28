"""Run lines of `inmail-lint` one after the other in this process: [[arguments, standard input], …] from the file named
first, [[exit code, output, exception], …] into the file named second."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from click.testing import CliRunner

from inmail_lint.cli import main

_done = []
for _arguments, _stdin in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
    _result = CliRunner().invoke(main, _arguments, input=_stdin, prog_name="inmail-lint")
    _done.append([_result.exit_code, _result.output, repr(_result.exception or "")])
Path(sys.argv[2]).write_text(json.dumps(_done), encoding="utf-8")
