"""The Word templates papers are made from: their versions, trying a new one, what is wrong with a file."""
