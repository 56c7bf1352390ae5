"""The pipeline's numbers against published ones, independent programs and real recordings."""
