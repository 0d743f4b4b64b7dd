"""Many sources <-> one row for each of their applications; a bad source costs one row, a stopped run nothing.

    from translator.fleet import summarize

    for outcome in summarize(["repos/shop", "s3://bucket/manifests", "kube://prod/shop"], executor=executor):
        outcome.rows, outcome.error

`executor` is any `concurrent.futures.Executor`: a process pool, or `dask.distributed.Client(...).get_executor()`.
"""
from .outcome import Outcome, summary_of
from .running import summarize
from .sources import listed, repositories

__all__ = ["Outcome", "listed", "repositories", "summarize", "summary_of"]
