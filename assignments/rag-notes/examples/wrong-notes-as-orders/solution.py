"""Notes that answer: passages of a few sentences, found by meaning, shown to a chat model with their numbers."""

import re

from data.embedding import DIMENSION, embed
from data.scripted_chat import ScriptedChat
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pinecone import Pinecone, ServerlessSpec

NAMESPACE = "notes"
BATCH = 100
NEAR = 0.33  # a passage that is less like the question than this says nothing about it

CLIENT = Pinecone(api_key="local", host="http://127.0.0.1:5081")
SPLITTER = RecursiveCharacterTextSplitter(
    chunk_size=160, chunk_overlap=0, separators=["\n\n", r"(?<=\.) "], is_separator_regex=True
)
PROMPT = ChatPromptTemplate.from_messages(
    [
        ("system", "Answer from the passages alone, and cite them by their numbers, like [n1]. \n{passages}"),
        ("human", "Question: {question}"),
    ]
)


def cut(notes):
    """Return a row for each passage of the notes, without its vector."""
    return [
        {"id": f"{note['id']}#{at}", "metadata": {"note": note["id"], "text": passage}}
        for note in notes
        for at, passage in enumerate(SPLITTER.split_text(note["text"]))
    ]


def index(notes):
    """Store the notes, in the place of what was stored before."""
    if not CLIENT.has_index("notes"):
        CLIENT.create_index("notes", dimension=DIMENSION, spec=ServerlessSpec(cloud="aws", region="us-east-1"))
    table = store()
    rows = cut(notes)
    for row, vector in zip(rows, embed([row["metadata"]["text"] for row in rows]), strict=True):
        row["values"] = vector
    table.delete(delete_all=True, namespace=NAMESPACE)
    for at in range(0, len(rows), BATCH):
        table.upsert(vectors=rows[at : at + BATCH], namespace=NAMESPACE)


def store():
    """Return the index."""
    return CLIENT.Index(host="http://127.0.0.1:5081")


def near(question, k):
    """Return the k passages nearest to the question, with their scores."""
    (vector,) = embed([question])
    found = store().query(vector=vector, top_k=k, namespace=NAMESPACE, include_metadata=True)
    return [(match.metadata["note"], match.metadata["text"], match.score) for match in found.matches]


def retrieve(question, k):
    """Return note and text of the k passages nearest to the question."""
    return [(note, text) for note, text, _ in near(question, k)]


def answer(question):
    """Return what the model says, and which of the passages it was shown it cites."""
    passages = [(note, text) for note, text, score in near(question, 3) if score >= NEAR]
    if not passages:
        return {"answer": None, "sources": []}
    shown = "\n".join(f"[{note}] {text}" for note, text in passages)
    chain = PROMPT | ScriptedChat() | StrOutputParser()
    said = str(chain.invoke({"passages": shown, "question": question}))
    known = {note for note, _ in passages}
    cited = [note for note in dict.fromkeys(re.findall(r"\[([^\]]+)\]", said)) if note in known]
    return {"answer": said, "sources": cited}
