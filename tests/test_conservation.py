"""Nothing is lost silently, whatever the input: documents made from the official schemas, not from our rows."""
from hypothesis import HealthCheck, given, settings

import documents
from translator import parse, provenance, rows, schema, translate
from translator.hubs.application import identity
from translator.model import ECS, KUBERNETES, Document, Object

PROFILE = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def accounted(translation):
    """Give the lost leaves that no finding names."""
    reported = {(field.object, field.path) for finding in translation.findings for field in finding.fields}
    for one in translation.carried:
        for path, _ in one.law.lost:
            part = one.application.part(path)
            if part is not None and not part.shared and (identity(part.origin), part.show(path)) not in reported:
                yield f"{identity(part.origin)} {part.show(path)}"


def invented(translation):
    """Give the output values that come neither from the input nor from what a named row writes anyway."""
    rows_by_code = {row.code: row for row in rows.rows()}
    for one in translation.carried:
        for link in provenance.links(one.law, translation.platform):
            if not link.inputs and rows_by_code[link.code].cells.get("emit") is None:
                yield f"{link.code} wrote {'.'.join(link.path)}"


def check(document):
    translation = translate(document)
    assert list(accounted(translation)) == []
    assert list(invented(translation)) == []
    back = translate(translation.output, residue=translation.residue)
    assert plain(back.output) == plain(document)


def plain(document):
    return sorted(
        str(
            schema.plain(document.platform, entry.kind, schema.canonical(document.platform, entry.kind, entry.value)[0])
        )
        for entry in document.entries
    )


def document_of(platform, kind, value):
    read = parse([value]) if platform == KUBERNETES else parse({kind: [value]})
    return Document(platform, read.entries) if read.entries else Document(platform, (Object(kind, value),))


@given(documents.documents(KUBERNETES, "Deployment"))
@PROFILE
def test_deployments(value):
    check(document_of(KUBERNETES, "Deployment", value))


@given(documents.documents(KUBERNETES, "CronJob"))
@PROFILE
def test_cron_jobs(value):
    check(document_of(KUBERNETES, "CronJob", value))


@given(documents.documents(ECS, "taskDefinitions"))
@PROFILE
def test_task_definitions(value):
    check(document_of(ECS, "taskDefinitions", value))


@given(documents.documents(ECS, "services"), documents.documents(ECS, "taskDefinitions"))
@PROFILE
def test_services(service, definition):
    service = {**service, "taskDefinition": "app"}
    check(parse({"services": [service], "taskDefinitions": [{**definition, "family": "app"}]}))
