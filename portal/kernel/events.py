"""News that travels up: a lower layer announces, a higher one listens. All of it on this page."""

from blinker import Namespace

_news = Namespace()

#: A record moved: sender is the record's class; record=, step=, before=.
record_moved = _news.signal("record_moved")
#: A paper's main record must move with it: sender is the document; step=.
paper_changed = _news.signal("paper_changed")
#: A signed copy is stored and in force: sender is the document.
paper_signed = _news.signal("paper_signed")
#: An approval round ended: sender is the subject record; action=, outcome=.
approval_ended = _news.signal("approval_ended")
#: A person left or was disabled: sender is the account.
account_closed = _news.signal("account_closed")
