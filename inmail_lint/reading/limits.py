"""How much a file may ask of the reader: past each limit it is refused with one line that says the limit.

They keep time and memory bounded whatever somebody pasted, and stand far above what people write. What a single draft may
hold is bounded in `linter.LONGEST_BODY`, what a report lists of it in `linter.MOST_PLACES`.
"""

from __future__ import annotations

LARGEST_TEXT = 2_000_000  # bytes of a single draft's file; a thousand times LinkedIn's limit
LARGEST_FILE = 50_000_000  # bytes of a file of many drafts: about 50,000 of them, which take minutes and a gigabyte
LONGEST_FRONT_MATTER = 20_000  # characters; its subject, names and facts have some hundreds
MOST_COLUMNS = 1_000  # of a table; a customer database exports some hundreds
LONGEST_NUMBER = 300  # digits that JSON may hold as a number; longer ones are kept as text (Python's own limit is 4300)
MOST_FAULTS = 20  # told of one front matter
LONGEST_HEADER = 5_000  # characters of one mail header, which the mail package takes apart in the square of its length
MOST_MULTIPARTS = 50  # parts of a mail that hold parts; each is parsed inside the one around it
MOST_PARTS = 1_000  # of a mail: more attachments than any mail program lets through
MOST_OPEN_TAGS = 200  # signs that begin HTML and nothing closes; the parser looks for each one's end to the end of the text
PIPE_PATIENCE = 5.0  # seconds without a byte after which a pipe is given up; who writes into one has it ready sooner
