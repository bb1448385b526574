"""Engines that every chapter uses: approval now; acknowledgement, alerts and others with their chapters."""
