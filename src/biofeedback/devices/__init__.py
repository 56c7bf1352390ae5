"""Sources of samples: Bluetooth sensors, simulated ones, recordings played back."""
