"""The package behind the workflow's scripts.

Importing it imports nothing else. Only training, exports, recording and prediction import
TensorFlow.
"""
