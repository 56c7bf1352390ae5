"""From what sensors say of time to session time: clocks, counts, arrivals and gaps."""
