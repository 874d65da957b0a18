"""Videos made on the spot."""

import subprocess
from pathlib import Path


def make_video(to: Path, *, bursts: int, layout: str = "stereo") -> Path:
    """A moving picture and, every three seconds, a second and a half of sound."""
    sound = f"0.3*sin(2*PI*220*t)*lt(mod(t,3),1.6)*gt(mod(t,3),0.4)*lt(t,{3 * bursts})"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-y"),
            *("-f", "lavfi", "-i", f"testsrc2=d={3 * bursts}:s=320x180:r=25"),
            *("-f", "lavfi", "-i", f"aevalsrc='{sound}':d={3 * bursts}:s=48000"),
            *(
                "-af",
                f"aformat=channel_layouts={layout}",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
            ),
            *("-pix_fmt", "yuv420p", "-c:a", "aac", str(to)),
        ],
        check=True,
        timeout=60,
    )
    return to
