"""`python -m translator`: the command line."""
from .cli import main

if __name__ == "__main__":
    main(prog_name="k8s-ecs")
