from __future__ import annotations

from gxclassify.reading.document import Mapped, concat


def test_a_cut_keeps_the_places_in_the_source():
    assert Mapped.at("高新区提速", 10).cut(1, 3) == Mapped("新区", ((0, 11, 2),))


def test_neighbours_in_the_source_share_a_segment_after_joining():
    assert concat([Mapped.at("高新", 4), Mapped.at("区", 6)]).segments == ((0, 4, 3),)


def test_distant_pieces_keep_their_segments():
    assert concat([Mapped.at("高新", 4), Mapped.at("区", 9)]).segments == ((0, 4, 2), (2, 9, 1))


def test_what_is_taken_out_leaves_a_gap_in_the_source_only():
    tight = Mapped.at("高 新 区", 0).without([(1, 2), (3, 4)])
    assert (tight.text, tight.source_span(1, 3)) == ("高新区", (2, 5))


def test_an_empty_span_maps_to_an_empty_span():
    assert Mapped.at("高新区", 5).source_span(1, 1) == (6, 6)


def test_white_space_alone_strips_to_nothing():
    assert Mapped.at(" \u3000", 3).strip() == Mapped("", ())
