"""Names of files -> their bytes; what is no file that ends is a ReadError."""
from __future__ import annotations

import os
import stat

from ..model import ReadError


def content(file: str | os.PathLike, named_elsewhere: bool = False) -> bytes:
    """Read a file; raises ReadError where that cannot be, as for a device, or a pipe that nobody named on the command line."""
    name = os.fspath(file)
    try:
        mode = os.stat(name).st_mode
        # A pipe that was named is read to its end (`<(kubectl get ...)`); a device may have none.
        if stat.S_ISBLK(mode) or stat.S_ISCHR(mode) or named_elsewhere and not stat.S_ISREG(mode):
            raise ReadError("cannot be read: it is no regular file", name)
        with open(name, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise ReadError(f"cannot be read: {(error.strerror or str(error)).lower()}", name) from error
    except ValueError as error:  # a NUL in its name
        raise ReadError("cannot be read: no file has such a name", name.replace("\0", "")) from error
