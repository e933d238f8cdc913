"""The measures of claims: one file per family, one public function per measure.

A measure takes the results and, as keyword-only arguments, the keys that a claim of it has. Adding
one is writing one function; nothing else lists it. It is called once for each seed that all
variants of the claim have finished, with the results of that seed alone. A file whose measures need
more than finished runs says so in `NEEDS`; one whose measures do not depend on training has
`UNTRAINED = True`.
"""
