"""What slips in the converters showed to be untested, by the vendors' documents."""
import pytest

from translator.converters import efs, rollout


@pytest.mark.parametrize(("attributes", "options", "transit"), [
    # https://github.com/kubernetes-sigs/aws-efs-csi-driver: encryptInTransit is true unless it says otherwise
    ({}, [], "ENABLED"), ({"encryptInTransit": "true"}, [], "ENABLED"), ({"encryptInTransit": "false"}, [], "DISABLED"),
    ({"encryptInTransit": "false"}, ["tls"], "ENABLED"),
])
def test_a_volume_is_encrypted_in_transit_unless_it_says_not(attributes, options, transit):
    assert efs.of_volume({"volumeHandle": "fs-1", "volumeAttributes": attributes}, options)["transitEncryption"] == transit


@pytest.mark.parametrize(("count", "failed"), [(1, 3), (5, 3), (6, 3), (7, 4), (25, 13), (399, 200), (400, 200), (401, 200), (800, 200)])
def test_half_the_tasks_trip_the_circuit_breaker(count, failed):
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html: 0.5 of the count, rounded up, from 3 to 200."""
    assert rollout.failure_threshold(count) == failed
