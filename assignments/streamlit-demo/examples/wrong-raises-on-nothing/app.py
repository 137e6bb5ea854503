"""Divides by the number of flowers that are left."""

import pandas as pd
import streamlit as st


@st.cache_data
def load():
    """Read the flowers, once for all."""
    return pd.read_csv("data/flowers.csv")


def filtered(flowers, species, least):
    """Return the flowers of a species, or of all, with petals of at least this length."""
    kept = flowers["petal_length"] >= least
    if species != "all":
        kept &= flowers["species"] == species
    return flowers[kept]


flowers = load()
st.title("A look at flowers")
species = st.selectbox("Species", ["all", *sorted(flowers["species"].unique())], key="species")
least = st.number_input("Petals of at least (cm)", min_value=0.0, value=0.0, step=0.1, key="least")
shown = filtered(flowers, species, least)

one, other = st.columns(2)
one.metric("Flowers", len(shown))
other.metric("Mean petal width", f"{sum(shown['petal_width']) / len(shown):.2f}")
if len(shown):
    st.dataframe(shown, hide_index=True)
else:
    st.warning("No flower is like that.")

notes = st.session_state.setdefault("notes", [])
if st.button("Note this", key="note"):
    notes.append(f"{species}, {least:.1f}, {len(shown)}")
for line in notes:
    st.text(line)
