"""Reports as one page for a browser: nothing is loaded from elsewhere, and nothing but its own style and script may run."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from inmail_lint.measured import Figures
from inmail_lint.output.html_cards import appendix
from inmail_lint.output.html_draft import Scene, draft
from inmail_lint.output.html_table import faults, overview, table
from inmail_lint.output.html_text import joined, name_of, plain, safe
from inmail_lint.output.run import Run
from inmail_lint.wording import say

# an octagon with a cross, a triangle with a stroke and a dot, a circle with a tick
_ICONS = """<svg class="unseen" aria-hidden="true" focusable="false">
<symbol id="i-stop" viewBox="0 0 24 24"><path class="shape" d="M8 2h8l6 6v8l-6 6H8l-6-6V8z"/>
<path class="sign" d="M8.5 8.5l7 7m0-7l-7 7"/></symbol>
<symbol id="i-review" viewBox="0 0 24 24"><path class="shape" d="M12 2.5L22.5 21h-21z"/>
<path class="sign" d="M12 9v6m0 2.6v.4"/></symbol>
<symbol id="i-ready" viewBox="0 0 24 24"><circle class="shape" cx="12" cy="12" r="10.5"/>
<path class="sign" d="M7 12.5l3.5 3.5L17 8.5"/></symbol>
</svg>"""


def render_html(run: Run) -> str:
    """The page of a run: one draft, or a table of many with a section each (none if only a summary is wanted)."""
    style, script = _asset("report.css"), _asset("report.js")
    ui = run.ui
    policy = (f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
              "base-uri 'none'; form-action 'none'")
    return f"""<!DOCTYPE html>
<html lang="{ui}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="inmail-lint {plain(run.version)}">
<title>{_title(run)}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{_ICONS}
<a class="skip" href="#main">{safe(say("html-skip", ui))}</a>
<main id="main" tabindex="-1">
{_content(run)}
</main>
{_footer(run)}
<script>{script}</script>
</body>
</html>
"""


def _content(run: Run) -> str:
    figures = Figures.load(run.rulebook.directory)
    unread = faults(run.faults, run.ui)
    every = run.full is not False
    if not run.reports:
        return joined([f'<header class="head"><h1>{safe(say("html-none", run.ui))}</h1></header>', unread])
    if len(run.reports) == 1 and every:
        return joined([unread, draft(run.reports[0], 1, Scene(run.rulebook, figures, run.ui, alone=True))])
    scene = Scene(run.rulebook, figures, run.ui, alone=False)
    fired = {(f.rule, ui) for r in run.reports for f in r.findings for ui in (r.ui, run.ui)}
    sections = [draft(r, order, scene) for order, r in enumerate(run.reports, 1)] if every else []
    return joined([unread, overview(run, linked=every), table(run, linked=every),
                   *sections, appendix(run.rulebook, figures, fired, run.ui) if every else ""])


def _title(run: Run) -> str:
    if len(run.reports) != 1:
        return plain(f"inmail-lint: {say('html-drafts', run.ui, len(run.reports))}")
    report = run.reports[0]
    return plain(f"{name_of(report, 1)}: {say(report.verdict, report.ui)}, {say('score', report.ui, report.score)}")


def _footer(run: Run) -> str:
    book = run.rulebook
    about = f"inmail-lint {run.version} · {say('html-profile', run.ui, book.profile.id, book.digest)}"
    return f'<footer><p class="quiet">{safe(about)}</p><p class="quiet">{safe(say("html-score-about", run.ui))}</p></footer>'


def _asset(name: str) -> str:
    return files("inmail_lint.output").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"
