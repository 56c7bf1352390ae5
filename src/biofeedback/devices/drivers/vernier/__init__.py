"""Vernier Go Direct: the respiration belt GDX-RB."""
