"""What the web server loads: the application for the installation described by the environment."""

from portal.app import create_app
from portal.kernel.config import from_environment

app = create_app(from_environment())
