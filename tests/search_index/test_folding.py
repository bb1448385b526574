"""Folding: letter by letter, equal to OpenCC and Unicode, the same for a part as for the whole."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import search_index
from search_index.fold_making import VARIANTS, made, written
from search_index.folding import fold, origins

anything = st.text(st.characters(exclude_categories=()))
mixed = st.text(st.sampled_from("合約书書帳賬ＡＢé①ﷺ㎏臺 \u200b\u0301\ud800İß龍abc"), max_size=40)


def test_the_committed_table_is_what_opencc_and_unicode_say():
    """The table is data so that OpenCC need not be installed where the portal runs."""
    committed = Path(search_index.__file__).with_name("fold_table.tsv").read_text("ascii")
    assert committed == written(made())


@pytest.mark.parametrize(("variant", "plain"), VARIANTS.items())
def test_variants_people_mix_fold_together(variant, plain):
    assert fold(variant) == fold(plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("計畫", "计划"),
        ("帳目", "賬目"),
        ("臺灣", "台湾"),
        ("ＨＴ－１", "ht-1"),
        ("Café", "cafe"),
        ("保\u200b密", "保密"),
        ("① ㎏", "1 kg"),
        ("規範", "规范"),
        ("批準", "批准"),
        ("後勤", "后勤"),
    ],
)
def test_spellings_of_one_thing_fold_together(one, other):
    assert fold(one) == fold(other)


@given(anything | mixed, st.integers(0, 60))
def test_a_part_folds_like_the_part_of_the_whole(text, cut):
    assert fold(text[:cut]) + fold(text[cut:]) == fold(text)


@given(anything | mixed)
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@given(anything | mixed)
def test_every_folded_letter_knows_where_it_came_from(text):
    at = origins(text)
    folded = fold(text)
    assert len(at) == len(folded)
    assert at == sorted(at)
    assert all(letter in fold(text[i]) for letter, i in zip(folded, at, strict=True))


@given(anything | mixed)
def test_what_is_folded_can_be_written_down(text):
    fold(text).encode()
