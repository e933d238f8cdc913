"""Claims of the tutorials, compared with a study's results.

`registry` and `checks` serve the planning, and import neither pandas nor NumPy.
"""
