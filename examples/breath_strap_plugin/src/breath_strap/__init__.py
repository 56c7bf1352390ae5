"""Lets Biofeedback read a breathing strap."""
