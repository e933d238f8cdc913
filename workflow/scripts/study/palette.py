"""The colours of variants and experiments: one colour per place in the config, in every figure."""

PALETTE = (
    # Okabe and Ito (2008), distinguishable with all common kinds of colour blindness ...
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    # ... and four more.
    "#8C8C00",
    "#000000",
    "#882255",
    "#999999",
)


def colour(place: int) -> str:
    """The colour of what stands at a place (from 0) of the config, as `#rrggbb`."""
    return PALETTE[place % len(PALETTE)]
