"""Who gets at a paper: reading it under the labels, exceptional grants, its class and its custodian."""
