"""Slugs: titles as they stand in an address."""

import unicodedata


def slug(title, longest=80, separator="-"):
    """Return a title as small letters and digits, words parted by one separator.

    Args:
        title: any text.
        longest: at most so many characters; no word is cut, unless the first is longer than that.
        separator: what stands between words; one character that is no letter and no digit.

    Raises:
        ValueError: nothing is left, or the separator is none.
    """
    if len(separator) != 1 or separator.isalnum():
        raise ValueError(f"no separator: {separator!r}")
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "".join(one if one.isalnum() else " " for one in plain).split()
    if not words:
        raise ValueError(f"nothing is left of {title!r}")
    kept = words[0][:longest]
    for word in words[1:]:
        if len(kept) + 1 + len(word) > longest:
            break
        kept += separator + word
    return kept
