"""What must hold of folders and clocks before any job: complaints, or "" where all is well."""

import os
import time
from pathlib import Path


def unusable(folder: Path) -> str:
    """Why this user cannot write into a folder; "" if it can.

    A folder that is not there is made in the one above.
    """
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        return f"{folder}: is not a folder; move it away"
    if os.access(folder, os.W_OK | os.X_OK, effective_ids=True):
        return ""
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return (
            f"{folder}: is on a read-only file system; run Snakemake in another folder "
            "(--directory), or clone the repository elsewhere"
        )
    return (
        f"{folder}: cannot be written to (it belongs to {_owner(folder)}); work in a clone of your "
        "own, or have the permission given"
    )


def of_the_future(file: Path) -> str:
    """Why a file's time is wrong; "" if it is not there, or not later than now.

    Snakemake refuses outputs that are older than their inputs.
    """
    try:
        time_of_file = file.stat().st_mtime
    except OSError:
        return ""
    if time_of_file < time.time() + 60:
        return ""
    date = time.strftime("%Y-%m-%d %H:%M", time.localtime(time_of_file))
    return (
        f"{file}: is dated {date}, which is later than now: the clock was wrong then, or is wrong "
        'now. Once it is right, run: find results -newermt now -exec touch -d "$(date)" {} +'
    )


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return f"the user {path.stat().st_uid}"
