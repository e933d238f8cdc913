"""What a run's stored predictions say: metrics, calibration, tables. No model and no TensorFlow."""
