"""numpy arrays and scalars, DataFrames and Series, for `values`.

numpy and pandas are looked up only where they were imported already (writing) or where a value needs them (reading), so
that a submission without them pays nothing. An array travels as dtype, shape and raw bytes; a frame as its columns.
Only plain kinds cross: no objects inside arrays, no structured types, no extension arrays but pandas' own nullable,
string and category types.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from .caps import BadValue, TooBig

if TYPE_CHECKING:
    from .frames import Blob
    from .values import Reader, Tagged, Writer

TAGS = frozenset({"array", "scalar", "frame", "series"})
MAX_SIDE = 2**31
_WORTH_NO_COPY = 2**15
"""Bytes below which a copy is cheaper than a view."""
_PLAIN_DTYPE = re.compile(
    r"[<>|=]?(b1|[iu][1248]|f(2|4|8|16)|c(8|16|32)|[mM]8(\[(\d+)?[a-zA-Z]+\])?|S[1-9]\d{0,5}|U[1-9]\d{0,5})"
)
_PANDAS_DTYPE = re.compile(r"object|str|string|boolean|U?Int(8|16|32|64)|Float(32|64)|category")
_PLAIN_KINDS = "biufcmMSU"


def write(writer: Writer, value: Any, depth: int) -> Tagged | None:
    """Return the tree of a numpy or pandas value, or None when `value` is neither or not plain."""
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None and type(value) is numpy.ndarray:
        return _write_array(writer, value)
    if numpy is not None and issubclass(type(value), numpy.generic):  # `isinstance` would ask a handle
        return _write_scalar(writer, numpy, value)
    if pandas is not None and type(value) is pandas.DataFrame:
        return _write_frame(writer, value, depth)
    if pandas is not None and type(value) is pandas.Series:
        return _write_series(writer, value, depth)
    return None


def _write_array(writer: Writer, value: Any) -> Tagged | None:
    if value.dtype.kind not in _PLAIN_KINDS or value.dtype.fields is not None or not value.dtype.itemsize:
        return None
    return {"$": "array", "dtype": value.dtype.str, "shape": list(value.shape), "b": writer.blob(_bytes_of(value))}


def _bytes_of(array: Any) -> Blob:
    """Return the bytes of an array in C order, as a view if they are many and lie so: a message is sent when made."""
    if array.nbytes < _WORTH_NO_COPY or not array.flags.c_contiguous:
        return array.tobytes()  # type: ignore[no-any-return]  # bytes
    return array.reshape(-1).view("u1").data  # type: ignore[no-any-return]  # a memoryview


def _write_scalar(writer: Writer, numpy: Any, value: Any) -> Tagged | None:
    array = numpy.asarray(value)
    if type(value) is not array.dtype.type or array.dtype.kind not in _PLAIN_KINDS or not array.dtype.itemsize:
        return None
    return {"$": "scalar", "dtype": array.dtype.str, "b": writer.blob(array.tobytes())}


def _write_frame(writer: Writer, frame: Any, depth: int) -> Tagged | None:
    labels = _write_index(writer, frame.columns, depth)
    index = _write_index(writer, frame.index, depth)
    columns = [_write_column(writer, frame.iloc[:, number], depth) for number in range(frame.shape[1])]
    if labels is None or index is None or None in columns:
        return None
    return {"$": "frame", "labels": labels, "index": index, "columns": columns}


def _write_series(writer: Writer, series: Any, depth: int) -> Tagged | None:
    index, column = _write_index(writer, series.index, depth), _write_column(writer, series, depth)
    if index is None or column is None:
        return None
    return {"$": "series", "name": writer.write(series.name, depth), "index": index, "column": column}


def _write_index(writer: Writer, index: Any, depth: int) -> Tagged | None:
    if index.nlevels > 1:
        return {"tuples": writer.write(index.tolist(), depth), "names": writer.write(list(index.names), depth)}
    column = _write_column(writer, index.to_series(), depth)
    return None if column is None else {**column, "name": writer.write(index.name, depth)}


def _write_column(writer: Writer, series: Any, depth: int) -> Tagged | None:
    dtype = str(series.dtype)
    if getattr(series.dtype, "kind", "O") in _PLAIN_KINDS and hasattr(series.dtype, "str"):
        tree = _write_array(writer, series.to_numpy())
        return None if tree is None else {"array": tree}
    if not _PANDAS_DTYPE.fullmatch(dtype):
        return None
    values = series.tolist()
    if dtype != "object" and series.hasnans:  # None and nan are different things in an object column
        values = [None if gone else item for gone, item in zip(series.isna().tolist(), values, strict=True)]
    extra = {}
    if dtype == "category":
        extra = {"categories": writer.write(series.cat.categories.tolist(), depth), "ordered": bool(series.cat.ordered)}
    return {"dtype": dtype, "values": writer.write(values, depth), **extra}


def read(reader: Reader, tree: Tagged, depth: int) -> Any:
    """Return the numpy or pandas value of `tree`.

    Raises:
        BadValue: for anything that no honest writer makes.
        TooBig: it unfolds to more than the caps allow.
    """
    try:
        if tree["$"] == "array":
            return _read_array(reader, tree)
        if tree["$"] == "scalar":
            return _read_array(reader, {**tree, "shape": []})[()]
        if tree["$"] == "frame":
            return _read_frame(reader, tree, depth)
        return _read_series(reader, tree, depth)
    except TooBig:
        raise
    except Exception as error:  # numpy and pandas raise what they like at data that is none
        raise BadValue(str(tree.get("$"))) from error


def _read_array(reader: Reader, tree: Tagged) -> Any:
    import numpy as np

    dtype, shape = tree["dtype"], tree["shape"]
    if type(dtype) is not str or not _PLAIN_DTYPE.fullmatch(dtype):
        raise ValueError(dtype)
    if type(shape) is not list or not all(type(side) is int and 0 <= side < MAX_SIDE for side in shape):
        raise ValueError(shape)
    array = np.frombuffer(reader.blob(tree["b"]), dtype=np.dtype(dtype)).reshape(shape).copy()
    if array.dtype.kind == "U":
        array.tolist()  # a code point that is none is refused here, not when the author looks at it
    return array


def _read_frame(reader: Reader, tree: Tagged, depth: int) -> Any:
    import pandas as pd

    index, labels = _read_index(reader, tree["index"], depth), _read_index(reader, tree["labels"], depth)
    columns = [_read_column(reader, column, depth) for column in tree["columns"]]
    if any(len(column) != len(index) for column in columns) or len(columns) != len(labels):
        raise ValueError("columns")
    frame = pd.DataFrame(dict(enumerate(columns)), index=pd.RangeIndex(len(index)))
    frame.index, frame.columns = index, labels
    return frame


def _read_series(reader: Reader, tree: Tagged, depth: int) -> Any:
    series = _read_column(reader, tree["column"], depth)
    series.index, series.name = _read_index(reader, tree["index"], depth), reader.read(tree["name"], depth)
    return series


def _read_index(reader: Reader, tree: Tagged, depth: int) -> Any:
    import pandas as pd

    if "tuples" in tree:
        tuples, names = reader.read(tree["tuples"], depth), reader.read(tree["names"], depth)
        return pd.MultiIndex.from_tuples(tuples, names=names)
    return pd.Index(_read_column(reader, tree, depth), name=reader.read(tree["name"], depth))


def _read_column(reader: Reader, tree: Tagged, depth: int) -> Any:
    import pandas as pd

    if "array" in tree:
        array = _read_array(reader, tree["array"])
        if array.ndim != 1:
            raise ValueError("column")
        return pd.Series(array)
    dtype = tree["dtype"]
    if type(dtype) is not str or not _PANDAS_DTYPE.fullmatch(dtype):
        raise ValueError(dtype)
    values = reader.read(tree["values"], depth)
    if dtype == "category":
        categories = reader.read(tree["categories"], depth)
        return pd.Series(pd.Categorical(values, categories=categories, ordered=tree["ordered"] is True))
    return pd.Series(values, dtype=dtype)
