"""What the study's scripts share: config, data, models, training engine, statistics, style.

Importing this package imports nothing else. Only :mod:`study.engine`, :mod:`study.optimizers`,
:mod:`study.devices` and the files of :mod:`study.models` import TensorFlow.
"""
