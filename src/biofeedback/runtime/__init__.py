"""One live session, and one replayed: sources → pipeline → guide → recorder. Knows no Qt."""
