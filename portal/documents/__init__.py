"""The document subsystem: papers from template to found signed copy; the only user of the three tools."""
