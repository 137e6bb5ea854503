"""Cells: prepared containers that serve one submission after the other, each box a fork in name spaces of its own.

pool      the back end: which cell a box is opened in, and when one is thrown away
cell      one of them: its container, its prepared process, its state between two boxes
cell_box  one box in one
control   what is said to the prepared process, descriptors included
state     how a cell is between two boxes, seen from outside

What forks is `sandbox/runner/zygote.py`; what a box is made of there, `sandbox/runner/spaces.py`.
"""
