"""The slips that can be mended without a choice of words: one module a sort, each from Found to Edits."""
