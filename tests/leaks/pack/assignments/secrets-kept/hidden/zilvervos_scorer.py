# zilvervos-scorer: an author's own measure; a library's would cost each grading its import
def zilvervos_share(labels, predictions):
    """Return the share of right answers."""
    right = [str(label) == str(given) for label, given in zip(labels, predictions, strict=True)]
    return sum(right) / len(right)
