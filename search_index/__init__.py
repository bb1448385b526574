"""Full-text search over papers in Chinese and English; no web, no database, no file format."""
