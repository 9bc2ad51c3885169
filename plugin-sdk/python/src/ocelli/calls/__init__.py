"""Runs the author's functions: items of a call side by side, each under its deadline, answers in batches."""
