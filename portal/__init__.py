"""The internal management portal of a sales-outsourcing company."""
