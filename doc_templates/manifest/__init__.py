"""The manifest of a paper: which values it takes, what they must be, and what makes them non-standard."""

from doc_templates.manifest.paper import Manifest, read_manifest
from doc_templates.manifest.problem import Problem
from doc_templates.manifest.variable import Variable

__all__ = ["Manifest", "Problem", "Variable", "read_manifest"]
