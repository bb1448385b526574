"""How values read in a paper: money in figures and words, dates by calendar and language."""
