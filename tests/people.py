"""People who use Orderlens, for tests that act in somebody's name."""

from core.people import Person, Role


def person(name: str, role: Role = "admin") -> Person:
    """Somebody whom the journal names `name`."""
    return Person(name, role)


MIRA = person("mira")


def let_in(who: Person) -> None:
    """Everybody may."""
    assert who.called
