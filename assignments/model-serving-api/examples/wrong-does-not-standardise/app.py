"""Serves data/model.json.gz; the values go into the model as they were measured."""

import gzip
import json
import math
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field

MODEL = Path(__file__).parent / "data" / "model.json.gz"


class Model:
    """A softmax regression, as its file says."""

    def __init__(self, said):
        self.version, self.labels = said["version"], said["labels"]
        self._features, self._weights, self._intercepts = said["features"], said["weights"], said["intercepts"]

    def predict(self, wine):
        """Return the label of the highest probability, and that."""
        z = [wine[one["name"]] for one in self._features]
        scores = [
            intercept + sum(weight * value for weight, value in zip(weights, z))
            for weights, intercept in zip(self._weights, self._intercepts)
        ]
        highest = max(scores)
        total = sum(math.exp(score - highest) for score in scores)
        return {"label": self.labels[scores.index(highest)], "probability": 1 / total}


class Wine(BaseModel):
    """What a laboratory says of a wine, within what is possible."""

    model_config = ConfigDict(strict=True, extra="forbid")

    alcohol: float = Field(ge=8, le=18)
    flavanoids: float = Field(ge=0, le=8)
    color_intensity: float = Field(ge=0, le=20)
    proline: float = Field(ge=100, le=2500)


class Batch(BaseModel):
    """Several wines."""

    model_config = ConfigDict(strict=True, extra="forbid")

    wines: Annotated[list[Wine], Field(min_length=1, max_length=500)]


@asynccontextmanager
async def lifespan(app):
    """Load the model once, before the first request."""
    yield {"model": Model(json.loads(gzip.decompress(MODEL.read_bytes())))}


app = FastAPI(lifespan=lifespan)


@app.get("/health")
def health(request: Request):
    """Say that the service is well, and which model it serves."""
    return {"status": "ok", "model": request.state.model.version}


@app.post("/predict")
def predict(wine: Wine, request: Request):
    """Say which wine this is."""
    return request.state.model.predict(wine.model_dump())


@app.post("/predict/batch")
def predict_batch(batch: Batch, request: Request):
    """Say which wines these are, in order."""
    return {"predictions": [request.state.model.predict(wine.model_dump()) for wine in batch.wines]}
