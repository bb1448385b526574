"""News that travels up: a lower layer announces, a higher one listens. All of it on this page."""

from blinker import Namespace

_news = Namespace()

#: An approval round ended: sender is the subject record; action=, outcome=.
approval_ended = _news.signal("approval_ended")
