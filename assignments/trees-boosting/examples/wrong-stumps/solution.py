"""Boosts stumps."""

from xgboost import XGBClassifier


def train(table, labels):
    """Return a fitted XGBClassifier; it takes holes as they are."""
    model = XGBClassifier(
        n_estimators=400,
        learning_rate=0.05,
        max_depth=1,
        min_child_weight=3,
        subsample=0.7,
        colsample_bytree=0.8,
        reg_lambda=2.0,
        n_jobs=1,
        random_state=0,
    )
    return model.fit(table, labels)


def predict(model, table):
    """Return the probability of failing for each row, in order."""
    return model.predict_proba(table)[:, 1].astype(float).tolist()
