"""Claims of the tutorials, held against a study's results.

`registry` and `checks` serve the planning and import only the standard library.
"""
