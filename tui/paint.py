"""Cutting a line of text where its style changes."""

from collections.abc import Iterable
from itertools import pairwise

from rich.style import Style

# (start, end, style) of a stretch of the story.
Layer = tuple[int, int, Style]


def pieces(start: int, end: int, base: Style, layers: Iterable[Layer]) -> list[tuple[int, Style]]:
    """(where the piece ends, its style) for each piece of [start, end); later layers win."""
    touching = [layer for layer in layers if layer[0] < end and start < layer[1]]
    cuts = {start, end}
    cuts.update(cut for layer in touching for cut in layer[:2] if start < cut < end)
    made: list[tuple[int, Style]] = []
    for left, right in pairwise(sorted(cuts)):
        style = base
        for first, last, layer_style in touching:
            if first <= left and right <= last:
                style = style + layer_style
        made.append((right, style))
    return made
