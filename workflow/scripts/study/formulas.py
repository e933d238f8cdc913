"""Formulas: LaTeX to MathML, which browsers show without a script."""

from xml.etree import ElementTree

from latex2mathml.converter import convert

from study.errors import StudyError

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
_ELEMENTS = """
math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mtable
mtr mtd mstyle mpadded
"""
_ATTRIBUTES = """
display stretchy fence form columnalign mathvariant width height depth displaystyle scriptlevel
linethickness accent movablelimits largeop separator rowspacing columnspacing minsize maxsize lspace
rspace
"""
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
"""What a formula may consist of: nothing of it is a link, a script or a style."""


def mathml(latex: str) -> str:
    """A formula as a MathML element of its own line.

    Raises:
        StudyError: if it is not a formula, or uses a command that is not known.
    """
    try:
        root = ElementTree.fromstring(convert(latex, display="block"))  # noqa: S314 - as the converter writes it
    except Exception as error:  # the library has many of its own, and is given anything
        raise StudyError(f"{latex!r} is not a formula: {type(error).__name__}") from error
    for element in root.iter():
        name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        text = (element.text or "").strip()
        if name not in ELEMENTS or not set(element.attrib) <= ATTRIBUTES:
            raise StudyError(f"{latex!r} is not a formula: it contains {name!r}")
        if (name in ("mi", "mo") and text.startswith("\\")) or (
            name == "mi" and text in ("{", "}")
        ):
            raise StudyError(f"{latex!r} is not a formula: {text} is not known")
    ElementTree.register_namespace("", NAMESPACE)
    written: str = ElementTree.tostring(root, encoding="unicode")
    return written
