"""Training: the engine and its rooms. `engine.py` is read first; it shows the algorithm."""
