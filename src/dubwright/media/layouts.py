"""Channel layouts, by the names that ffmpeg gives them."""

_CHANNELS = {
    "mono": 1, "stereo": 2, "2.1": 3, "3.0": 3, "3.0(back)": 3, "3.1": 4, "4.0": 4, "quad": 4,
    "quad(side)": 4, "4.1": 5, "5.0": 5, "5.0(side)": 5, "5.1": 6, "5.1(side)": 6, "6.0": 6,
    "6.1": 7, "7.0": 7, "7.1": 8, "7.1(wide)": 8, "hexagonal": 6,
}  # fmt: skip


def channels_of(layout: str) -> int:
    """How many channels a layout has; an unknown one is taken for stereo."""
    return _CHANNELS.get(layout, 2)
