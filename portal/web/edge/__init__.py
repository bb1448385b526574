"""What every request meets before and after its page: whose it is, what it may hold, how it is answered."""
