"""Parts of screens. Each can stand alone; none knows the engine."""
