"""What a pod needs <-> the 77 task sizes that Fargate sells.

Sizes are CPU units and MiB: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""
from __future__ import annotations

from functools import lru_cache

MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4096 + 1, 1024)),
    1024: tuple(range(2048, 8192 + 1, 1024)),
    2048: tuple(range(4096, 16384 + 1, 1024)),
    4096: tuple(range(8192, 30720 + 1, 1024)),
    8192: tuple(range(16384, 61440 + 1, 4096)),
    16384: tuple(range(32768, 122880 + 1, 8192)),
    32768: (61440, 122880, 249856),
}
SIZES = tuple((cpu, memory) for cpu, memories in MEMORY.items() for memory in memories)
WINDOWS_CPU = (1024, 2048, 4096)

Size = tuple[int, int]


@lru_cache(maxsize=1024)
def pick(cpu_units: int, memory_mib: int, windows: bool = False) -> Size | None:
    """Give the smallest size that holds both: the smallest CPU with room for the memory; None when none does."""
    for cpu, memory in _sizes(windows):
        if cpu >= cpu_units and memory >= memory_mib:
            return cpu, memory
    return None


def is_size(cpu: int, memory: int, windows: bool = False) -> bool:
    """Tell whether Fargate sells this size."""
    return (cpu, memory) in _sizes(windows)


def nearest(cpu: int, memory: int, windows: bool = False) -> tuple[Size, ...]:
    """Suggest the sizes around one that is not sold: the one that holds it, and the closest of the CPUs beside it."""
    offered = sorted({each for each, _ in _sizes(windows)})
    below, above = [each for each in offered if each <= cpu], [each for each in offered if each >= cpu]
    beside = {*below[-1:], *above[:1]}
    close = {(each, min(MEMORY[each], key=lambda mib: (abs(mib - memory), -mib))) for each in beside}
    holder = pick(cpu, memory, windows)
    return tuple(sorted(close | ({holder} if holder else set())))


def _sizes(windows: bool) -> tuple[Size, ...]:
    return tuple(size for size in SIZES if size[0] in WINDOWS_CPU) if windows else SIZES
