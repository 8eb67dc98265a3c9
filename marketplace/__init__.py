"""Blaupause: what municipalities have proven, to be found, trusted and reused by others."""

import gc

# Python looks for garbage after every 700 new objects and goes through all that is loaded again and again; that took
# a third of every start and some of every page. Nothing here makes so much garbage in circles (docs/performance.md).
gc.set_threshold(50_000, 20, 20)
