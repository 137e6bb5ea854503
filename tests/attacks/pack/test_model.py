# How the naive judge scores a model; the engine has a check of its own for that.
import generator


def test_model(submission, keys):
    """Labels rows."""
    draw = generator.generate(keys)
    model = submission.train(draw["train_rows"], draw["train_labels"])
    labels = draw["test_labels"]
    predicted = submission.predict(model, draw["test_rows"])
    right = sum(one == other for one, other in zip(predicted, labels, strict=True))
    assert right / len(labels) >= 0.9
