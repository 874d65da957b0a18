"""The dub, from a video to a proven dubbed video. Start reading at `dub.py`."""
