"""Values of every shape, for functions that must answer something to each of them."""
import random

WORDS = ("web", "spec", "data", "dataFrom", "secretKey", "remoteRef", "key", "env", "envFrom", "valueFrom", "value", "secretRef",
         "configMapRef", "configMapKeyRef", "secretKeyRef", "name", "extract", "target", "template", "image", "parameters",
         "secretObjects", "metadata", "labels", "ports", "containers", "volumes", "secrets", "environment", "0", "fieldRef",
         "repositoryCredentials", "credentialsParameter", "resourceFieldRef", "prefix", "imagePullSecrets", "annotations")
SCALARS = (None, "", "x", 5, 1.5, True, "a/b:1", "$(X)", "${X}", "arn:aws:secretsmanager:r:1:secret:x:k::", [], {}, ["a"], [{}])


def value(dice: random.Random, depth: int = 0):
    """Make any value: scalars, lists and maps with the words of both platforms."""
    if depth > 4 or dice.random() < 0.35:
        return dice.choice(SCALARS)
    if dice.random() < 0.15:
        return [value(dice, depth + 1) for _ in range(dice.randint(0, 2))]
    return {dice.choice(WORDS): value(dice, depth + 1) for _ in range(dice.randint(0, 4))}


def call_all(concept: str, environments: list[dict], times: int = 300) -> None:
    """Call every pair of a concept, both ways, with any values."""
    from translator import rows

    dice = random.Random(1)
    for row in rows.rows():
        if row.code.startswith(concept + ".") and row.pair is not None:
            for function, args in ((row.pair.to_ecs, row.k8s), (row.pair.to_k8s, row.ecs)):
                for _ in range(times if args else 0):
                    function(*[dice.choice(environments) if arg.path == ("environment",) else
                               "web" if arg.path == ("@",) else value(dice) for arg in args])
