"""Approval: rules as rows decide who must say yes; a yes binds the exact content it saw (R3.3.2)."""
