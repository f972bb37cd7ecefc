"""Scripts and styles, and nothing that runs in Python.

Streamlit finds parts of a distribution by a `pyproject.toml` that bears its name. In a clone it looks beside a package
that is called like the distribution, so this one is; the folder above it is on the path there (`dev-mode-dirs`).
"""
