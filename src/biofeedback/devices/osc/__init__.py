"""Values as Open Sound Control messages over the network: in, as a sensor, and out."""
