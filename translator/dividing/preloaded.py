"""What every worker needs <-> loaded once, before they are forked."""
from ..limits import ecs, kubernetes  # noqa: F401
from ..readers import kubernetes as reader  # noqa: F401
from ..readers import text
from . import worker  # noqa: F401
