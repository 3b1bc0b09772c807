#!/usr/bin/env bash
# Draws every size from palika.svg. Needs rsvg-convert (Debian: librsvg2-bin) and python3.
# The ICO holds PNGs as they are, which Windows has read since Vista.
set -euo pipefail
cd "$(dirname "$0")"
for size in 16 32 48 64 128 256 512; do
  rsvg-convert --width "$size" --height "$size" palika.svg --output "${size}x${size}.png"
done
mv 512x512.png icon.png
python3 - <<'PY'
import struct
sizes = [16, 32, 48, 64, 256]
images = [open(f"{size}x{size}.png", "rb").read() for size in sizes]
offset = 6 + 16 * len(sizes)
directory = struct.pack("<HHH", 0, 1, len(sizes))
for size, image in zip(sizes, images):
    edge = 0 if size == 256 else size  # one byte: 256 is written as 0
    directory += struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(image), offset)
    offset += len(image)
open("icon.ico", "wb").write(directory + b"".join(images))
PY
rm 16x16.png 48x48.png 64x64.png # only the ICO shows these
