"""Finding papers by the words inside them: the index, the questions asked of it, what it never holds."""
