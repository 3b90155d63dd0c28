"""How fast and how large inmail-lint is, beside spaCy's tokeniser and other linters: `python -m benchmarks` prints the tables."""
