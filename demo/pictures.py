"""Pictures that the program draws: scenes of a classroom, and signatures. No photograph of anybody."""

import base64
import io
import math
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

WALLS = ["#f3e6cf", "#e4eee6", "#e6ecf5", "#f5e7e7"]
SHIRTS = ["#ffffff", "#f7d35e", "#8fc7e8", "#f2a7b5", "#a9d8b0"]
HAIR = "#3a2a22"
SKIN = ["#e8bf98", "#d9a878", "#f0cba8"]


def classroom(chance: random.Random) -> SimpleUploadedFile:
    """A classroom seen from the back: board, window, a teacher, rows of pupils; 1280 × 960 pixels."""
    image = Image.new("RGB", (1280, 960), chance.choice(WALLS))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 700, 1280, 960), fill="#c9a77c")
    for y in range(720, 960, 48):
        draw.line((0, y, 1280, y), fill="#b8956a", width=3)
    draw.rectangle((300, 130, 900, 430), fill="#2f5d50", outline="#7a5534", width=16)
    for row in range(3):
        length = chance.randint(180, 430)
        draw.line((360, 210 + 70 * row, 360 + length, 205 + 70 * row), fill="#e9f2ec", width=7)
    draw.rectangle((980, 110, 1200, 400), fill="#bfe3f5", outline="#ffffff", width=14)
    draw.line((1090, 110, 1090, 400), fill="#ffffff", width=10)
    draw.ellipse((1120, 140, 1180, 200), fill="#ffe08a")
    _person(draw, chance.choice([250, 940]), 560, 1.7, chance.choice(["#5b7db1", "#7d6aa8", "#4f8a6b"]), chance)
    for row in range(2):
        for column in range(5):
            x = 180 + column * 230 + row * 60 + chance.randint(-12, 12)
            y = 730 + row * 130
            _person(draw, x, y, 1.0 + 0.25 * row, chance.choice(SHIRTS), chance)
            draw.rectangle((x - 75, y + 40, x + 75, y + 58), fill="#a9743f")
    for _ in range(4):
        x, y = chance.randint(20, 240), chance.randint(180, 380)
        draw.rectangle((x, y, x + 44, y + 60), fill=chance.choice(SHIRTS[1:]), outline="#999")
    return _upload(image, "classroom.jpg")


def _person(draw: ImageDraw.ImageDraw, x: int, y: int, size: float, shirt: str, chance: random.Random) -> None:
    head, body = 26 * size, 44 * size
    draw.rounded_rectangle(
        (x - body, y, x + body, y + 110 * size), radius=26 * size, fill=shirt, outline="#8a8a8a", width=2
    )
    draw.ellipse((x - head, y - 1.7 * head, x + head, y + 0.3 * head), fill=chance.choice(SKIN))
    draw.pieslice((x - head, y - 1.8 * head, x + head, y + 0.1 * head), 180, 360, fill=HAIR)


def _upload(image: Image.Image, name: str) -> SimpleUploadedFile:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=85)
    return SimpleUploadedFile(name, stream.getvalue(), content_type="image/jpeg")


def signature(chance: random.Random) -> str:
    """A pen stroke that nobody signs with, as a PNG data URL."""
    image = Image.new("RGBA", (480, 160), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    phase, speed = chance.uniform(0, 6), chance.uniform(2.2, 4.2)
    points = [
        (
            60 + 340 * t / 160 + 18 * math.cos(speed * t / 9 + phase),
            80 + (46 - t / 5) * math.sin(speed * t / 11 + phase) * math.cos(t / 23),
        )
        for t in range(161)
    ]
    draw.line(points, fill=(20, 40, 110, 255), width=4, joint="curve")
    draw.line((70, 128, 330 + chance.randint(0, 90), 118 + chance.randint(-6, 6)), fill=(20, 40, 110, 255), width=3)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
