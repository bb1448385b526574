"""The bytes of papers: the object store, the uploads on their way there, the keys, how long all of it is kept."""
