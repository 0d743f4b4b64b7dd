"""`python -m translator`: the command line."""
from .cli import run

if __name__ == "__main__":
    run("k8s-ecs")
