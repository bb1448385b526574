"""Example companies: the fixed users and records of the acceptance tests, and a demonstration."""
