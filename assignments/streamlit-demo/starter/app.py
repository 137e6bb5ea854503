"""A page on which flowers can be looked through: the README says exactly what is on it."""

import streamlit as st

st.title("Flowers")
