"""Training. Read `engine.py` first: it shows the algorithm."""
