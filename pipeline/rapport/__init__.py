"""The report of a delivery: what is wrong, where, and how to put it right.

It quotes values: it is written beside the delivery, in data/raw, or on the screen of who delivers.
"""
