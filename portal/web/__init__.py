"""The web part of the portal: Flask, Flask-Admin, pages, look and languages."""
