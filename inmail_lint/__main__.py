"""The command, from its first moment: Ctrl-C ends it tidily even while modules are still loaded."""

from __future__ import annotations

from inmail_lint.stopping import stop_tidily


def run() -> None:
    """What `inmail-lint` and `python -m inmail_lint` start."""
    stop_tidily()
    from inmail_lint.cli import main

    main(prog_name="inmail-lint")


if __name__ == "__main__":
    run()
