"""News that travels up: a lower layer announces, a higher one listens. All of it on this page."""

from blinker import Namespace

_news = Namespace()

#: A version of a paper is stored, in the transaction that says so: sender is the document.
paper_made = _news.signal("paper_made")
#: An approval round ended: sender is the subject record; action=, outcome=.
approval_ended = _news.signal("approval_ended")
