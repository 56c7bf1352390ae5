"""Each guide on many virtual clients, in accelerated time."""
