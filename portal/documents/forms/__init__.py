"""The form of a paper: what it asks of a person, what they answered, what its values are called."""
