"""A footprint as a picture: tables with their parts, and which rows hold which. For the command line and the report."""

from hervat.erasure.picture.model import Arrow, Box, Picture, picture_of, picture_of_system
from hervat.erasure.picture.paint import FONT
from hervat.erasure.picture.svg import svg, svg_file
from hervat.erasure.picture.wording import DUTCH, ENGLISH

__all__ = [
    "DUTCH",
    "ENGLISH",
    "FONT",
    "Arrow",
    "Box",
    "Picture",
    "picture_of",
    "picture_of_system",
    "svg",
    "svg_file",
]
