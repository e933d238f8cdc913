"""From a study's config file to its runs.

The config is read, checked and resolved once, when the workflow is planned; everything wrong that
can be known then is found then, and all of it is reported at once. Importing this package imports
neither TensorFlow nor NumPy.
"""

from study.config.loading import load
from study.config.plan import Pack, Plan, Run

__all__ = ["Pack", "Plan", "Run", "load"]
