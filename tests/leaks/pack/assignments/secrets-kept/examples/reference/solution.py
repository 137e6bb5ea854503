def count(text):
    if not isinstance(text, str):
        raise TypeError("not a text")
    return len(text.split())


def first(text):
    return text.split()[0]


def fit(rows, labels):
    more = {bool(one > two): label for (one, two), label in zip(pairs(rows), labels)}
    return [more.get(False, labels[0]), more.get(True, labels[0])]


def predict(model, rows):
    return [model[int(one > two)] for one, two in pairs(rows)]


def pairs(rows):
    return [tuple(row[:2]) for row in (rows.values.tolist() if hasattr(rows, "values") else rows)]
