"""Papers: Word templates, their manifests, rendering, redlines, PDFs and page images; knows no web."""
