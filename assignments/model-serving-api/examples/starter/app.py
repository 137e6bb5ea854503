"""A service around data/model.json.gz: fill in the routes; the README says exactly what is asked."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health():
    """Say that the service is well, and which model it serves."""
    raise NotImplementedError


@app.post("/predict")
def predict(wine: dict):
    """Say which wine this is."""
    raise NotImplementedError


@app.post("/predict/batch")
def predict_batch(batch: dict):
    """Say which wines these are, in order."""
    raise NotImplementedError
