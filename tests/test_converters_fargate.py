"""Fargate sizes: the published table, and the size that is picked for a need."""
import pytest

from translator.converters.fargate import MEMORY, SIZES, is_size, nearest, pick


def test_the_table_is_the_published_one():
    assert {cpu: (memory[0], memory[-1], len(memory)) for cpu, memory in MEMORY.items()} == {
        256: (512, 2048, 3), 512: (1024, 4096, 4), 1024: (2048, 8192, 7), 2048: (4096, 16384, 13),
        4096: (8192, 30720, 23), 8192: (16384, 61440, 12), 16384: (32768, 122880, 12), 32768: (61440, 249856, 3),
    }
    assert len(SIZES) == len(set(SIZES)) == 77


@pytest.mark.parametrize("need, size", [
    ((256, 512), (256, 512)), ((103, 128), (256, 512)), ((512, 512), (512, 1024)), ((1024, 1024), (1024, 2048)),
    ((256, 4096), (512, 4096)), ((768, 9000), (2048, 9216)), ((1536, 3000), (2048, 4096)),
    ((4096, 31000), (8192, 32768)), ((8192, 17000), (8192, 20480)), ((8192, 62000), (16384, 65536)),
    ((16384, 130000), (32768, 249856)), ((32768, 250000), None), ((32769, 512), None), ((0, 0), (256, 512)),
    ((1127, 2176), (2048, 4096)), ((615, 640), (1024, 2048)),
])
def test_the_smallest_size_that_holds_the_need(need, size):
    assert pick(*need) == size


@pytest.mark.parametrize("need, size", [
    ((256, 512), (1024, 2048)), ((4096, 30720), (4096, 30720)), ((4097, 512), None), ((1024, 31000), None),
])
def test_windows_has_three_cpus(need, size):
    assert pick(*need, windows=True) == size


def test_every_size_is_its_own_pick_and_no_smaller_one_would_do():
    for cpu, memory in SIZES:
        assert is_size(cpu, memory) and pick(cpu, memory) == (cpu, memory)
    for cpu in range(1, 33000, 509):
        for memory in range(1, 250000, 4099):
            holding = [size for size in SIZES if size[0] >= cpu and size[1] >= memory]
            assert pick(cpu, memory) == (min(holding) if holding else None)


def test_what_is_not_sold():
    assert not is_size(256, 4096) and not is_size(1000, 2048) and not is_size(256, 513)
    assert not is_size(512, 1024, windows=True) and is_size(1024, 2048, windows=True)


@pytest.mark.parametrize("wanted, sizes", [
    ((256, 4096), ((256, 2048), (512, 4096))),
    ((1000, 2000), ((512, 2048), (1024, 2048))),
    ((64, 100), ((256, 512),)),
    ((65536, 512), ((32768, 61440),)),
    ((1024, 2500), ((1024, 2048), (1024, 3072))),
])
def test_suggestions_stand_beside_what_was_asked(wanted, sizes):
    assert nearest(*wanted) == sizes
