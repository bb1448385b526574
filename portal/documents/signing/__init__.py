"""From the approved paper to the one in force: the seal, its form, the originals, the signed copies."""
