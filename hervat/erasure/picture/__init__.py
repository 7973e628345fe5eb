"""A footprint as a picture: tables, the part each plays, and who holds whom. For the command line and the report."""

from hervat.erasure.picture.counted import Rows, count_rows
from hervat.erasure.picture.model import Arrow, Box, Picture
from hervat.erasure.picture.of_shape import picture_of, picture_of_system
from hervat.erasure.picture.svg import svg, svg_file
from hervat.erasure.picture.wording import DUTCH, ENGLISH

__all__ = [
    "DUTCH",
    "ENGLISH",
    "Arrow",
    "Box",
    "Picture",
    "Rows",
    "count_rows",
    "picture_of",
    "picture_of_system",
    "svg",
    "svg_file",
]
