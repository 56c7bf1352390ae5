"""A virtual client: a body that breathes, reacts and sweats."""
