# kanarie-5d1f-generator
def generate(keys):
    """Return rows whose label is a bit that no row tells."""
    rng, labels = keys.rng("rows"), keys.rng("labels")
    rows = [[rng.random()] for _ in range(60)]
    answers = [labels.randint(0, 1) for _ in rows]
    return {
        "train_rows": rows[:20],
        "train_labels": answers[:20],
        "test_rows": rows[20:],
        "test_labels": answers[20:],
    }
