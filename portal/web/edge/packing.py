"""Pages are sent compressed to whoever can unpack them; files have their own ways."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

#: What is smaller gains nothing.
LEAST, LEVEL = 1_000, 5


def install(app: Flask) -> None:
    """Compress every page, fragments and refusals too."""
    app.after_request(packed)


def packed(answer: Response) -> Response:
    """The answer, compressed where it is a whole page and the browser takes gzip."""
    if answer.mimetype != "text/html" or answer.is_streamed or answer.direct_passthrough:
        return answer
    answer.vary.add("Accept-Encoding")
    body = answer.get_data()
    if len(body) >= LEAST and request.accept_encodings["gzip"] and not answer.content_encoding:
        answer.set_data(gzip.compress(body, LEVEL, mtime=0))
        answer.content_encoding = "gzip"
    return answer
