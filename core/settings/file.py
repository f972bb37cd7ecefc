"""The file as TOML has it, and in its shape; what is wrong with either, in lines for people."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from core.settings import checking, misshapen
from core.settings.mapping import EXAMPLE, Strict

F = TypeVar("F", bound=Strict)


def parsed(path: Path, problems: list[str]) -> Mapping[str, object] | None:
    """The file as TOML has it, or None with a line in `problems`."""
    written = ""
    try:
        written = path.read_text(encoding="utf-8")
        return tomllib.loads(written)
    except FileNotFoundError:
        problems.append(f"{path.name} is not here. It says where the orders stand. Example:\n{EXAMPLE}")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        problems.append(f"{path.name} cannot be read: {said}.")
    except tomllib.TOMLDecodeError as error:
        example = checking.quoted_key(written, str(error)) or f"Example:\n{EXAMPLE}"
        problems.append(f"{path.name} is not TOML: {error}. {example}")
    return None


def shaped(shape: type[F], raw: Mapping[str, object], problems: list[str], file: str) -> F | None:
    """What was parsed in its shape, or None with a line in `problems` for each value that does not fit; `file`: what it
    is called there."""
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        problems.extend(misshapen.problems(error, shape, file))
    return None
