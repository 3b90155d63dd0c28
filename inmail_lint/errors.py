"""What can go wrong because of the user: one clear line that says where, what and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from inmail_lint.lines import one_line, said, whole

_LONGEST = 1000  # characters of a message


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: path, line and column (1-based, None if unknown), what, and the remedy."""

    path: str
    message: str
    line: int | None = None
    column: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", whole(self.path))
        object.__setattr__(self, "message", whole(self.message))
        if len(self.message) > _LONGEST:  # it quotes what was pasted; what to do about it stands at its end
            object.__setattr__(self, "message", f"{self.message[:_LONGEST - 200]} … {self.message[-200:]}")

    def __str__(self) -> str:
        where = ":".join(str(x) for x in (self.path, self.line, self.column) if x not in (None, ""))
        return said(f"{where}: {self.message}" if where else self.message)  # it may quote a draft


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect of ours that one draft met: what broke (a rule, a pattern, a metric; empty: all of it), the error in a few
    words, which may quote the draft, and where it came from."""

    what: str
    reason: str
    trace: str

    @classmethod
    def of(cls, what: str, error: Exception) -> Defect:
        """The defect behind an exception, as text, for not every exception can be sent to another process."""
        import traceback  # here, because a start needs none

        reason = one_line(f"{type(error).__name__}: {error}".rstrip(": "))
        return cls(what, reason if len(reason) <= 120 else reason[:119] + "…", "".join(traceback.format_exception(error)))


class InmailLintError(Exception):
    """Anything a user can mend; its text has one line a fault.

    Attributes:
        faults: every fault found, not only the first, each with `path`, `line`, `column` (1-based, None if unknown) and
            `message`.
    """

    def __init__(self, faults: Fault | list[Fault] | str) -> None:
        if isinstance(faults, str):
            faults = Fault("", faults)
        self.faults: list[Fault] = [faults] if isinstance(faults, Fault) else list(faults)
        super().__init__("\n".join(str(f) for f in self.faults))


class DraftError(InmailLintError):
    """A draft that cannot be judged: a wrong type, an unknown kind or field, no text, or far too much of it."""


class RuleError(InmailLintError):
    """A rule, pattern, profile or language file that is wrong, or a profile that does not exist."""
