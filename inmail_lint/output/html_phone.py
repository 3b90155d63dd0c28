"""The message as its reader's phone shows it: the notice on a locked screen, then the conversation with its marks."""

from __future__ import annotations

from inmail_lint.output.html_marks import Pins, marked
from inmail_lint.output.html_text import plain, safe, shortened
from inmail_lint.report import Report
from inmail_lint.wording import say

_NOTICE = 160  # characters of the body in a notice; the page cuts it further, to two lines


def phone(report: Report, found: Pins) -> str:
    """The drawing of the message and the key to its marks."""
    ui, draft = report.ui, report.draft
    lang = f' lang="{plain(report.language)}"' if report.language else ""
    kind, you = say(f"kind-{draft.kind}", ui), say("html-you", ui)
    subject = marked(draft.subject, found.of_part("subject"))
    heading = (f'<p class="subject"{lang} dir="auto">{subject}</p>' if draft.subject.strip() else
               f'<p class="subject none">{safe(say("html-no-subject", ui))}</p>')
    body = marked(draft.body, found.of_part("body"))
    content = (f'<div class="body"{lang} dir="auto">{body}</div>' if draft.body.strip() else
               f'<p class="none">{safe(say("html-no-body", ui))}</p>')
    return f"""<div class="phone">
{_notice(report, kind, you, lang)}
<div class="chat" role="region" tabindex="0" aria-label="{plain(say("html-message", ui))}">
<p class="sender"><span class="face" aria-hidden="true">{safe(you[:1])}</span><b>{safe(you)}</b>
<span class="quiet">{safe(kind)}{_reader(report)}</span></p>
<div class="bubble">
{heading}
{content}
</div>
</div>
</div>
{_key(found, ui)}"""


def _notice(report: Report, kind: str, you: str, lang: str) -> str:
    draft, ui = report.draft, report.ui
    subject = f'<b class="cut"{lang}>{safe(shortened(draft.subject, _NOTICE))}</b>' if draft.subject.strip() else ""
    return (f'<div class="notice"><p class="from">{safe(you)} · {safe(kind)}'
            f' <span class="quiet">{safe(say("html-notice", ui))}</span></p>{subject}'
            f'<p class="cut two"{lang}>{safe(shortened(draft.body, _NOTICE))}</p></div>')


def _reader(report: Report) -> str:
    recipient = report.draft.recipient
    if recipient is None:
        return ""
    name = f"{recipient.first_name} {recipient.last_name}".strip()
    about = ", ".join(x for x in (name, recipient.role, recipient.company) if x)
    return f"<br>{safe(say('html-to', report.ui, about))}" if about else ""


def _key(found: Pins, ui: str) -> str:
    """What the marks of this message mean; only those that occur."""
    looks = [look for look in ("error", "warning", "note") if any(p.look == look for pins in found.findings for p in pins)]
    items = [f'<li><span class="n {look}">1</span><span class="m {look}">{safe(say(look, ui).lower())}</span></li>'
             for look in looks]
    if found.markers:
        items.append(f'<li><span class="n good">A</span><span class="m good end">{safe(say("works", ui).lower())}</span></li>')
    return f'<ul class="key" aria-label="{plain(say("html-key", ui))}">{"".join(items)}</ul>' if items else ""
