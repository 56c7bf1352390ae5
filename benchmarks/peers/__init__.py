"""Other programs for the same measures, timed in processes of their own."""
