"""Run recorded jobs in processes forked from this one, which has imported what they need.

A start of TensorFlow costs seconds; a fork of a process that has it costs a hundredth of one. Reads
one JSON object per line of stdin, and answers each with lines of JSON on stdout:

* `{"script", "folder", "limit", "checkpoints"}` runs a recorded script in a folder. The answer is
  `{"pid"}`; after a further line, `go`, the job runs, and `{"status", "said"}` follows: negative
  for a signal, and all that it wrote to stdout and stderr. No file gets larger than `limit` bytes;
  with `checkpoints`, one is due whenever the training asks.
* the same with `{"learn": true}` runs the job without `go`, and imports what it has imported for
  all later ones.
"""

import contextlib
import importlib
import json
import os
import resource
import runpy
import sys
import tempfile
import traceback
from typing import IO, Any


def run(asked: dict[str, Any], learned: IO[bytes]) -> int:
    """Run a script as the interpreter would; return its status."""
    os.chdir(asked["folder"])
    if asked.get("limit"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["limit"],) * 2)
    if asked.get("checkpoints"):
        from study.training.checkpoints import Checkpoints

        Checkpoints.due = lambda self: True  # type: ignore[method-assign]
    sys.argv = [asked["script"]]
    status: Any = 0
    try:
        runpy.run_path(asked["script"], run_name="__main__")
    except SystemExit as error:
        status = error.code
    except BaseException:
        traceback.print_exc()
        status = 1
    if asked.get("learn"):
        learned.write(json.dumps(sorted(sys.modules)).encode())
        learned.flush()
    if not isinstance(status, int | None):
        print(status, file=sys.stderr)
        status = 1
    sys.stderr.flush()
    sys.stdout.flush()
    return status or 0


def forked(asked: dict[str, Any], learned: IO[bytes]) -> tuple[int, int, int]:
    """Start a job; returns its process, what lets it go, and where it can be heard."""
    waiting, go = os.pipe()
    said, saying = os.pipe()
    process = os.fork()
    if process:
        os.close(waiting)
        os.close(saying)
        return process, go, said
    os.close(go)
    os.close(said)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(saying, 1)
    os.dup2(saying, 2)
    os.close(saying)
    sys.stdout, sys.stderr = (
        os.fdopen(number, "w", buffering=1, closefd=False) for number in (1, 2)
    )
    os.read(waiting, 1)
    status = 1
    try:
        status = run(asked, learned)
    finally:
        os._exit(status)


def main() -> None:
    """Answer until stdin ends."""
    sys.path.insert(0, sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryFile() as learned:
            process, go, said = forked(asked, learned)
            if not asked.get("learn"):
                print(json.dumps({"pid": process}), flush=True)
                sys.stdin.readline()
            os.close(go)  # the job sees the end of its pipe and goes on
            with os.fdopen(said, "rb") as text:
                told = text.read().decode(errors="replace")
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            learned.seek(0)
            for name in json.loads(learned.read() or "[]"):
                with contextlib.suppress(Exception):  # one that exists only inside of a job
                    importlib.import_module(name)
        print(json.dumps({"status": status, "said": told}), flush=True)


if __name__ == "__main__":
    main()
