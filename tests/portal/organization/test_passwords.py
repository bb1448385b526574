"""How much work a guess is for whoever holds the database (R8)."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from portal.organization import passwords


def test_every_guess_costs_what_the_standard_asks_for():
    """RFC 9106's second choice; the module is loaded anew, for the other tests hash cheaply."""
    spec = spec_from_file_location("anew", passwords.__file__)
    assert spec
    assert spec.loader
    anew = module_from_spec(spec)
    spec.loader.exec_module(anew)
    for kept in (anew.hashed("only-for-the-tests-2026"), anew._decoy):
        assert extract_parameters(kept) == RFC_9106_LOW_MEMORY
