"""The compiled template: parsed and judged once, rendered thousands of times a second.

Publishing a template merges the runs Word split, lowers block tags, checks the Jinja syntax
tree against a whitelist and compiles it. Rendering runs that code over plain values and copies
every other part of the package as it is. No template can reach an object, call anything, loop
without end, or drop text silently (documents.md 1.3).
"""

from doc_templates.engine.compiled import Compiled, compile_template
from doc_templates.engine.values import Style

__all__ = ["Compiled", "Style", "compile_template"]
