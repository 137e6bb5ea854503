# zilvervos-generator: what stands in a generator
def generate(keys):
    """Return rows whose label is whether their first number is the larger."""
    rng = keys.rng("rows")
    rows = [[rng.random(), rng.random(), 48213790651] for _ in range(40)]
    labels = [int(row[0] > row[1]) for row in rows]
    return {"train_rows": rows[:20], "train_labels": labels[:20], "test_rows": rows[20:], "test_labels": labels[20:]}
