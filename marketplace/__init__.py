"""Blaupause: what municipalities have proven, to be found, trusted and reused by others."""

import gc

# Python looks for garbage after every 700 new objects and goes through all that is loaded again and again; that took
# a fifth of the time in which the site is loaded, and there is hardly any garbage then (docs/performance.md).
gc.set_threshold(50_000, 20, 20)
