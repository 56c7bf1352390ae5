"""The library of recorded sessions, encrypted, and the formats in and out of it."""
