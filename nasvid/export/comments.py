"""Foreign text made harmless for a comment of a source file or a line of Markdown."""

MARKDOWN = "\\`*_{}[]<>()#+!|~&$"
LONGEST = 300


def one_line(text: object) -> str:
    r"""Printable ASCII on one line, so that it cannot end a comment.

    Example:
        >>> one_line("a net\nimport os  \u202e caf\xe9")
        'a net import os \\u202e caf\\xe9'
    """
    line = " ".join(str(text).split()).encode("unicode_escape").decode("ascii")
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."


def markdown(text: object) -> str:
    r"""One line that Markdown shows as it is: no link, image, table cell or HTML begins in it.

    Example:
        >>> markdown("see [this](http://x)\n<b>")
        'see \\[this\\]\\(http://x\\) \\<b\\>'
    """
    line = "".join(sign for sign in " ".join(str(text).split()) if sign.isprintable())
    if len(line) > LONGEST:
        line = line[: LONGEST - 3] + "..."
    return "".join(f"\\{sign}" if sign in MARKDOWN else sign for sign in line)
