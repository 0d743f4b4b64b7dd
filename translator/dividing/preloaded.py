"""What every worker needs <-> loaded once, before they are forked."""
from . import worker  # noqa: F401
from ..limits import ecs, kubernetes  # noqa: F401
from ..readers import kubernetes as reader, text  # noqa: F401
