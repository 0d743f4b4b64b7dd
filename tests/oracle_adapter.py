"""What the conservation oracle calls: documents in, output and findings out, as one string."""
import json

from translator import parse, translate
from translator.model import Document, merge

KINDS = {"TaskDefinition": "taskDefinitions", "Service": "services", "ScalableTarget": "scalableTargets",
         "ScalingPolicy": "scalingPolicies", "ScheduledAction": "scheduledActions"}


def answer(documents, to):
    """Translate documents; what comes out and what is said, in an order of its own."""
    if to == "kubernetes":
        whole: dict = {}
        for document in documents:
            for name, value in document.items():
                whole.setdefault(KINDS[name], []).append(value)
        translation = translate(parse(whole))
    else:
        read = merge([parse([document]) for document in documents])
        translation = translate(Document("kubernetes", read.entries, read.findings))
    said = [finding.to_dict() for finding in translation.findings]
    return json.dumps([translation.output.objects(), said], sort_keys=True, default=str)
