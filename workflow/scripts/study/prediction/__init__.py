"""Using trained models on pictures: `make predict`."""
