"""The headers every answer carries, whatever made it."""

from __future__ import annotations

from flask import Flask, Response, g

#: Only our own files run, load or are sent to; no page of ours stands inside another's.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
TWO_YEARS = "max-age=63072000; includeSubDomains"


def install(app: Flask, *, https: bool) -> None:
    """Put them on every answer; a page that says something stricter keeps it."""
    fixed = {**FIXED, **({"Strict-Transport-Security": TWO_YEARS} if https else {})}

    @app.after_request
    def protect(answer: Response) -> Response:
        for name, value in fixed.items():
            answer.headers[name] = value
        answer.headers.setdefault("Content-Security-Policy", CSP)
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers["X-Request-Id"] = g.get("request_id", "-")
        return answer
