"""What decoders do with bytes that no sensor sent, and how fast they are with those it did."""
