"""Chapter 3: the sales process, here the outsourcing contract."""
