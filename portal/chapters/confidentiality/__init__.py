"""Chapter 8: confidentiality agreements and clearance."""
