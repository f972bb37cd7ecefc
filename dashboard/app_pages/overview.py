"""Overview: is anything wrong, is it getting worse, how old is what is known."""

from dashboard.causes import overview

overview.render()
