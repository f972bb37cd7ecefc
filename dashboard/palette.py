"""The theme's colours by value, for figures: plotly needs them so. They are those of `.streamlit/config.toml`. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one shade, "#rrggbb"; those that a Look names have the name it gives them."""

    ink: str
    muted: str
    line: str
    paper: str
    teal: str
    red: str
    orange: str
    yellow: str
    blue: str
    green: str
    violet: str
    gray: str

    def named(self, name: str) -> str:
        """The colour that a Look names."""
        found = getattr(self, name)
        assert isinstance(found, str)  # noqa: S101 - for the type checker
        return found


LIGHT = Palette(
    ink="#1f2428",
    muted="#4f555a",
    line="#d6d2c6",
    paper="#fbfaf6",
    teal="#0f5e66",
    red="#c4314b",
    orange="#d9730d",
    yellow="#c79a00",
    blue="#2e75b6",
    green="#2e8b57",
    violet="#7e57c2",
    gray="#7a8085",
)
DARK = Palette(
    ink="#e7e5df",
    muted="#bac0c4",
    line="#3a4145",
    paper="#111416",
    teal="#63bcc2",
    red="#e5606f",
    orange="#e8954a",
    yellow="#d9b93b",
    blue="#5b9fdc",
    green="#4fb07a",
    violet="#9b7fd8",
    gray="#8b9297",
)


def palette(theme: str | None) -> Palette:
    """The colours of a theme: "dark", or light for anything else."""
    return DARK if theme == "dark" else LIGHT
