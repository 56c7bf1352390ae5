"""BITalino: boards with a Bluetooth LE module, and the sensors that are plugged into them."""
