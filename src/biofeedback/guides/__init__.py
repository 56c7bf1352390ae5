"""What leads: paced breathing, and later grounding, release and kindness."""
