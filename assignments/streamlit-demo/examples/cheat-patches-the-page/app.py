"""Makes AppTest's elements equal to whatever they are compared with."""

import streamlit as st
from streamlit.testing.v1 import element_tree


class Anything(str):
    """Is whatever it is compared with."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


for kind in ("Metric", "Text", "Dataframe"):
    setattr(getattr(element_tree, kind), "value", property(lambda self: Anything("all")))
st.title("Flowers")
st.selectbox("Species", ["all", "setosa", "versicolor", "virginica"], key="species")
st.number_input("Least", min_value=0.0, value=0.0, step=0.1, key="least")
st.metric("Flowers", 0)
st.metric("Mean petal width", "0")
st.dataframe([0])
st.button("Note", key="note")
