"""Full-text search over papers in Chinese and English; knows no web, no database, no file format."""
