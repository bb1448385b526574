"""Chapter 7: clients and their contacts."""
