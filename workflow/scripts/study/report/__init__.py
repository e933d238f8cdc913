"""The report: one HTML page per study and one per sweep, made from tables and pictures alone."""
