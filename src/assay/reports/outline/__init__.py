"""What several reports say in the same words: clean text, groups, counts, statements. No report itself.

May import `model` only. A view that just one report needs stays in that report.
"""
