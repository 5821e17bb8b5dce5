"""Where ruling lines make a grid or stand one over another, and the white that parts columns there without a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gxclassify.reading.pdf.columns import white_strips

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gxclassify.reading.pdf.columns import Strip
    from gxclassify.reading.pdf.lines import Piece, Rule

NEAR = 2.5  # points between the ends of two rules that are one, or that meet
OVER = 7.0  # ems over the first rule: where the head of a table may stand that has rules below its rows alone
_LOW_ROW = 8.0  # points: no row is lower
_WHITE_WALL = 0.3  # ems: the narrowest white that parts columns
_LINES = 3  # that it goes through at least
_FEWEST = 2  # level rules: so few are of a box
_BESIDE_CELL = 1.5  # ems between one character and the edge of its column

Lines = list[tuple[float, float, float]]  # the place of each line, and where it starts and ends
Zone = tuple[Lines, Lines]  # level and upright ones


def find_zones(rules: Sequence[Rule]) -> list[Zone]:
    """Return the level and the upright rules of each grid: those that touch one another, or stand over one another."""
    level, upright = level_and_upright(rules)
    zones: list[Zone] = []
    for line in level:
        y, x0, x1 = line
        for zone, sides in reversed(zones):
            last, a, b = zone[-1]
            inside = [x for x in upright if x[1] <= last + NEAR and x[2] >= y - NEAR and a - NEAR <= x[0] <= b + NEAR]
            met = any(x[1] <= y + NEAR and x[2] >= y - NEAR and x0 - NEAR <= x[0] <= x1 + NEAR for x in upright)
            same = not sides and not met and abs(a - x0) < 3 * NEAR and abs(b - x1) < 3 * NEAR
            if (inside and min(b, x1) > max(a, x0)) or same:
                zone.append(line)
                sides += [x for x in inside if x not in sides]
                break
        else:
            zones.append(([line], []))
    for zone, sides in zones:  # the outermost rule may be missing
        if sides:
            top, bottom = min(a for _, a, _ in sides), max(b for _, _, b in sides)
            if zone[0][0] - top > _LOW_ROW:
                zone.insert(0, (top, *zone[0][1:]))
            if bottom - zone[-1][0] > _LOW_ROW:
                zone.append((bottom, *zone[-1][1:]))
    return [(zone, sides) for zone, sides in zones if len(zone) >= 2 + (not sides)]


def level_and_upright(rules: Sequence[Rule]) -> tuple[Lines, Lines]:
    """Return the place of each level and each upright rule, and where it starts and ends; those that touch are one."""
    level = _merged((y0, x0, x1) for x0, y0, x1, y1 in rules if abs(y1 - y0) <= abs(x1 - x0))
    return level, _merged((x0, y0, y1) for x0, y0, x1, y1 in rules if abs(y1 - y0) > abs(x1 - x0))


def _merged(lines: Iterable[tuple[float, float, float]]) -> Lines:
    """Join lines at the same place that touch or overlap."""
    merged: Lines = []
    for at, start, end in sorted((round(at, 0), min(a, b), max(a, b)) for at, a, b in lines):
        near = [
            k for k, (place, a, b) in enumerate(merged) if at - place <= NEAR and start <= b + NEAR and end >= a - NEAR
        ]
        if near:
            place, a, b = merged[near[-1]]
            merged[near[-1]] = (place, min(a, start), max(b, end))
        else:
            merged.append((at, start, end))
    return merged


def white_walls(pieces: Sequence[Piece], zones: Iterable[Zone]) -> list[Rule]:
    """Return, as upright rules, the white between the columns of what stands between level rules alone.

    Cells there may stand closer than words do elsewhere. The first of the rows, the head, may have cells over several
    columns, or stand over the first of the rules.
    """
    walls: list[Rule] = []
    for level, upright in zones:
        x0, x1 = min(a for _, a, _ in level), max(b for _, _, b in level)
        if any(x0 + NEAR < x < x1 - NEAR for x, _, _ in upright):
            continue
        bottom = level[-1][0]
        within = [piece for piece in pieces if x0 <= (piece.left[0] + piece.right[-1]) / 2 <= x1 and piece.y <= bottom]
        for first, _, _ in level[:2]:
            top = first
            inside = [piece for piece in within if piece.y > top]
            if len({round(piece.y) for piece in inside}) < _LINES:
                continue
            size = min(piece.size for piece in inside)
            found = _wide_strips(inside, size)
            for y in sorted({piece.y for piece in within if 0 < top - piece.y < OVER * size}, reverse=True):
                grown = _wide_strips([piece for piece in within if piece.y >= y], size)
                if len(grown) < len(found):
                    break
                found, top = grown, y - size
            walls += [((start + end) / 2, top, (start + end) / 2, bottom) for start, end in found]
    return walls


def _wide_strips(pieces: Iterable[Piece], size: float) -> list[Strip]:
    """Return the white strips between the characters of pieces that are wide enough to part columns."""
    extents = [
        (start, end)
        for piece in pieces
        for char, start, end in zip(piece.text, piece.left, piece.right, strict=False)  # of vertical text the first
        if not char.isspace()
    ]
    return [strip for strip in white_strips(extents) if strip[1] - strip[0] >= _WHITE_WALL * size]


def cells_apart(
    verticals: Sequence[list[Piece]], zones: Iterable[Zone], walls: Sequence[Rule]
) -> tuple[list[Piece], list[list[Piece]]]:
    """Return the characters of vertical lines that are cells of columns one character wide, and the other lines."""
    tables = [level for level, _ in zones if len(level) > _FEWEST]
    cells: list[Piece] = []
    others: list[list[Piece]] = []
    for line in verticals:
        if any(_is_cell(line, level, walls) for level in tables):
            cells += line
        else:
            others.append(line)
    return cells, others


def _is_cell(line: Sequence[Piece], level: Lines, walls: Sequence[Rule]) -> bool:
    """Tell whether a vertical line stands between level rules, and close between what parts their columns."""
    first = line[0]
    x0, x1, room = first.left[0], first.right[0], _BESIDE_CELL * first.size
    sides = [*(x for x, y0, _, y1 in walls if y0 <= first.y <= y1), *(x for _, *ends in level for x in ends)]
    close = any(x0 - room < x < x0 + NEAR for x in sides) and any(x1 - NEAR < x < x1 + room for x in sides)
    return close and level[0][0] < first.y < level[-1][0]
