"""Quantities: what Kubernetes accepts, and both roundings between it and ECS."""
from fractions import Fraction

import pytest

from translator.converters import quantity
from translator.converters.quantity import cpu_units, gibibytes, mebibytes, parse, same


@pytest.mark.parametrize("text, amount", [
    ("0", 0), ("1", 1), ("500m", Fraction(1, 2)), ("0.5", Fraction(1, 2)), (".5", Fraction(1, 2)), ("1.", 1),
    ("+2", 2), ("-2", -2), ("1n", Fraction(1, 10**9)), ("1u", Fraction(1, 10**6)), ("1k", 1000), ("1M", 10**6),
    ("1G", 10**9), ("1T", 10**12), ("1P", 10**15), ("1E", 10**18), ("1Ki", 1024), ("1.5Gi", 3 * 2**29),
    ("1Ti", 2**40), ("1Pi", 2**50), ("1Ei", 2**60), ("1e3", 1000), ("1E3", 1000), ("12e-1", Fraction(6, 5)),
    ("10485760e3", 10485760000), (2, 2), (0.5, Fraction(1, 2)), (1e-06, Fraction(1, 10**6)),
])
def test_quantities_are_read_exactly(text, amount):
    assert parse(text) == amount


@pytest.mark.parametrize("text", [
    "", " ", "K", "1K", "1KI", "1ki", "1mi", "1MI", "1gi", "1g", "1 Gi", " 1", "1 ", "1\n", "1e", "1e+", "1Ee3",
    "1e3Ki", "1e1.5", "0x10", "1_000", "1,5", "--1", "+", ".", "1..2", "abc", "1Mib", "1MB", "١", "1e999999999",
    pytest.param("9" * 5000, id="long"),
    None, True, False, [], {}, ["1"], float("nan"), float("inf"), pytest.param(1 << 20000, id="huge"),
])
def test_what_the_api_server_refuses_has_no_answer(text):
    assert parse(text) is None
    assert cpu_units.to_ecs(text) is None
    assert mebibytes.to_ecs(text) is None
    assert gibibytes.to_ecs(text) is None


def test_the_same_amount_is_the_same_however_it_is_written():
    assert same("500m", "0.5") and same("500m", 0.5) and same("1", 1) and same("1Gi", "1024Mi") and same("1e3", "1k")
    assert not same("1G", "1Gi") and not same("1", "1K")
    assert same("1K", "1K") and same(None, None) and not same(None, "0")


@pytest.mark.parametrize("cpu, units", [
    ("100m", 103), ("250m", 256), ("333m", 341), ("1250m", 1280), ("1m", 2), ("1", 1024), ("0.5", 512), (2, 2048),
    (0.25, 256), ("0", 0), ("100u", 2), ("1.5", 1536),
])
def test_cpu_is_rounded_up_to_units(cpu, units):
    assert cpu_units.to_ecs(cpu) == units


@pytest.mark.parametrize("units, cpu", [
    (1024, "1"), (512, "500m"), (256, "250m"), (103, "100m"), (1280, "1250m"), (0, "0"), ("1024", "1"),
    (".25 vCPU", "250m"), ("1 vCPU", "1"), ("2vcpu", "2"), ("0.5 vCPU", "500m"), ("16 vCPU", "16"),
])
def test_units_are_rounded_down_to_millicores(units, cpu):
    assert cpu_units.to_k8s(units) == cpu


def test_every_millicore_count_comes_back():
    for count in range(1, 16001):
        units = -(-count * 1024 // 1000)
        assert quantity.millicores(cpu_units.to_k8s(max(2, units))) == count


def test_cpu_agrees_with_the_formula_through_the_text():
    for count in (1, 2, 7, 43, 86, 100, 129, 999, 1000, 1001, 15999):
        assert same(cpu_units.to_k8s(cpu_units.to_ecs(f"{count}m")), f"{count}m")


@pytest.mark.parametrize("memory, mib", [
    ("128Mi", 128), ("128M", 123), ("1G", 954), ("1Gi", 1024), ("1500M", 1431), ("1e9", 954), (134217728, 128),
    ("0", 0), ("1", 1), ("1.1Gi", 1127), ("1181116006400m", 1127), ("512Ki", 1),
])
def test_memory_is_rounded_up_to_mebibytes(memory, mib):
    assert mebibytes.to_ecs(memory) == mib


@pytest.mark.parametrize("memory", ["100m", "128m", "1500m", "-1Mi", "0.5"])
def test_parts_of_a_byte_are_a_slip_of_the_pen(memory):
    assert mebibytes.to_ecs(memory) is None


@pytest.mark.parametrize("mib, memory", [
    (512, "512Mi"), (1024, "1Gi"), (1536, "1536Mi"), (2048, "2Gi"), (30720, "30Gi"), (1048576, "1Ti"), (0, "0"),
    ("512", "512Mi"), ("3 GB", "3Gi"), ("0.5GB", "512Mi"), ("1 gb", "1Gi"), (1000, "1000Mi"),
])
def test_mebibytes_are_spelled_as_a_person_would(mib, memory):
    assert mebibytes.to_k8s(mib) == memory


def test_every_mebibyte_count_comes_back():
    assert all(mebibytes.to_ecs(mebibytes.to_k8s(count)) == count for count in range(0, 260000, 7))


@pytest.mark.parametrize("storage, gib", [("10Gi", 10), ("20.5Gi", 21), ("1M", 1), ("21474836480", 20), ("1Ti", 1024)])
def test_storage_is_rounded_up_to_gibibytes(storage, gib):
    assert gibibytes.to_ecs(storage) == gib
    assert gibibytes.to_k8s(gib) == f"{gib}Gi"


@pytest.mark.parametrize("value", [
    "", "vCPU", "1 vCPUs", "x vCPU", "1.2.3 vCPU", "-1", "1.5", 1.5, -1, None, True, [], "1m", "1e3",
])
def test_what_ecs_would_refuse_has_no_answer(value):
    assert cpu_units.to_k8s(value) is None
    assert mebibytes.to_k8s(value) is None


def test_ecs_numbers():
    assert quantity.ecs_cpu(".25 vCPU") == 256 and quantity.ecs_cpu("1024") == 1024 and quantity.ecs_cpu(256) == 256
    assert quantity.ecs_memory("3 GB") == 3072 and quantity.ecs_memory("1024") == 1024


def test_divisors_round_up():
    assert quantity.in_units_of("250m") == 1 and quantity.in_units_of("250m", "1m") == 250
    assert quantity.in_units_of("64Mi", "1Mi") == 64 and quantity.in_units_of("64Mi", "0") == 67108864
    assert quantity.in_units_of("x") is None and quantity.in_units_of("1", "-1") is None


def test_amounts_are_spelled_to_the_thousandth():
    assert quantity.spell(Fraction(1, 2)) == "500m" and quantity.spell(Fraction(3)) == "3"
