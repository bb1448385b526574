"""Chapter 2: departments, positions, employees, accounts, roles and who is acting."""
