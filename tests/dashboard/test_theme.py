"""The look: readable in both shades, complete, as the design says, and the same wherever the server is started."""

import re
import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from dashboard.palette import DARK, LIGHT, Palette, palette

ROOT = Path(__file__).parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
COLORS = ("red", "orange", "yellow", "blue", "green", "violet", "gray")
SHADES = {"light": LIGHT, "dark": DARK}


def luminance(color: str) -> float:
    """WCAG relative luminance of "#rrggbb"."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("shade", SHADES)
def test_text_can_be_read(shade: str) -> None:
    theme = THEME[shade]
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[ground]) >= 7
        assert contrast(theme["linkColor"], theme[ground]) >= 4.5
        assert contrast(theme["primaryColor"], theme[ground]) >= 3
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5  # a primary button's label is white in both shades


@pytest.mark.parametrize("shade", SHADES)
@pytest.mark.parametrize("color", COLORS)
def test_badges_can_be_read(shade: str, color: str) -> None:
    theme = THEME[shade]
    assert contrast(theme[f"{color}TextColor"], theme[f"{color}BackgroundColor"]) >= 4.5
    assert contrast(theme[f"{color}TextColor"], theme["backgroundColor"]) >= 4.5


@pytest.mark.parametrize("shade", SHADES)
def test_bars_can_be_seen(shade: str) -> None:
    for color in COLORS:
        if color != "yellow" or shade == "dark":
            assert contrast(THEME[shade][f"{color}Color"], THEME[shade]["backgroundColor"]) >= 3


@pytest.mark.parametrize("shade", SHADES)
def test_plotly_keeps_the_palette(shade: str) -> None:
    assert len(set(THEME[shade]["chartCategoricalColors"])) >= 10


@pytest.mark.parametrize(("shade", "colors"), SHADES.items())
def test_figures_are_drawn_in_the_colours_of_the_theme(shade: str, colors: Palette) -> None:
    theme = THEME[shade]
    assert palette(shade) == colors
    assert {name: theme[f"{name}Color"] for name in COLORS} == {name: asdict(colors)[name] for name in COLORS}
    assert (colors.ink, colors.muted) == (theme["textColor"], theme["grayTextColor"])
    assert (colors.line, colors.paper) == (theme["borderColor"], theme["backgroundColor"])


def test_the_look_is_found_from_any_folder(tmp_path: Path) -> None:
    asks = (
        "import dashboard.server.asgi\nfrom streamlit import config\n"
        "print(config.get_option('theme.light.primaryColor'), config.get_option('client.showErrorDetails'),"
        " config.get_option('browser.gatherUsageStats'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asks], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == [THEME["light"]["primaryColor"], "none", "False"]


def test_the_design_names_the_contrast_that_the_theme_has() -> None:
    """`docs/design.md` is what pages are drawn by. Written anew by `python -m tests.dashboard.test_theme`."""
    said = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    assert MARKED.sub(lambda found: found[1] + contrasts() + found[2], said) == said


MARKED = re.compile(r"(<!-- contrast: .*? -->\n).*(<!-- /contrast -->)", re.DOTALL)


def contrasts() -> str:
    """The table of the design: each colour on what it stands on, light and dark, as WCAG contrast."""
    pairs = [
        ("text on paper", "textColor", "backgroundColor"),
        ("text on a panel", "textColor", "secondaryBackgroundColor"),
        ("a link on paper", "linkColor", "backgroundColor"),
        ("a button's white on its petrol", "", "primaryColor"),
        *((f"{color}, words on paper", f"{color}TextColor", "backgroundColor") for color in COLORS),
        *((f"{color}, words in a badge", f"{color}TextColor", f"{color}BackgroundColor") for color in COLORS),
        *((f"{color}, a mark on paper", f"{color}Color", "backgroundColor") for color in COLORS),
    ]
    lines = ["| What | Light | Dark |", "|---|--:|--:|"]
    for name, ink, ground in pairs:
        found = (contrast(THEME[shade].get(ink, "#ffffff"), THEME[shade][ground]) for shade in SHADES)
        lines.append(f"| {name} | {' | '.join(f'{one:.1f}' for one in found)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    page = ROOT / "docs" / "design.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(MARKED.sub(lambda found: found[1] + contrasts() + found[2], text), encoding="utf-8")
