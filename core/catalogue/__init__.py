"""The catalogue for readers: what each code means, shown on an example; what an error text may mean; how to fix it.

    gaps       the gaps of a rule's sentences, where there is no case to fill them
    examples/  an order for every code, with its real diagnosis
    symptoms   from an error text to the codes it may mean
    families   the four families, and how to fix the app for good
    fixes/     the code to copy, for Python and for Node
    document   docs/catalogue.md, made of all of it

Pure, and above `core.rules`: a rule knows nothing of how it is explained.
"""

from core.catalogue.document import catalogue_markdown
from core.catalogue.examples import EXAMPLES, Example, variants
from core.catalogue.families import FAMILIES, Family, families_of
from core.catalogue.gaps import unfilled
from core.catalogue.symptoms import Symptom, matching, symptoms
from core.rules.sentences import sentence

__all__ = [
    "EXAMPLES", "FAMILIES", "Example", "Family", "Symptom", "catalogue_markdown", "families_of", "matching", "sentence",
    "symptoms", "unfilled", "variants",
]  # fmt: skip
