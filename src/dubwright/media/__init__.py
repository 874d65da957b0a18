"""The ffmpeg toolbox: probe, extract, mix, master, mux, measure."""
