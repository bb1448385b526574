"""The chapters of the regulation, lowest first; each imports only what stands below it."""

CHAPTERS = ("customers", "sales", "confidentiality")
