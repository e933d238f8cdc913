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
import traceback
from typing import Any


def run(asked: dict[str, Any], learned: int | None = None) -> int:
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
    if learned is not None:
        os.write(learned, json.dumps(sorted(sys.modules)).encode())
    if not isinstance(status, int | None):
        print(status, file=sys.stderr)
        status = 1
    sys.stderr.flush()
    sys.stdout.flush()
    return status or 0


def forked(asked: dict[str, Any], *, held: bool) -> tuple[int, int, int, int]:
    """Start a job.

    Returns:
        Its process, and the ends of pipes: what lets it go, what it says, what it has imported.
    """
    waiting, go = os.pipe()
    said, saying = os.pipe()
    learned, telling = os.pipe()
    process = os.fork()
    if process:
        for end in (waiting, saying, telling):
            os.close(end)
        return process, go, said, learned
    for end in (go, said, learned):
        os.close(end)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(saying, 1)
    os.dup2(saying, 2)
    os.close(saying)
    sys.stdout, sys.stderr = (
        os.fdopen(number, "w", buffering=1, closefd=False) for number in (1, 2)
    )
    if held:
        os.read(waiting, 1)
    status = 1
    try:
        status = run(asked, None if held else telling)
    finally:
        os._exit(status)


def main() -> None:
    """Answer until stdin ends."""
    sys.path.insert(0, sys.argv[1])
    for line in sys.stdin:
        asked = json.loads(line)
        learns = asked.get("learn", False)
        process, go, said, learned = forked(asked, held=not learns)
        if not learns:
            print(json.dumps({"pid": process}), flush=True)
            sys.stdin.readline()
        os.close(go)  # the job sees the end of its pipe and goes on
        with os.fdopen(said, "rb") as text, os.fdopen(learned, "rb") as names:
            told, modules = text.read().decode(errors="replace"), names.read()
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        for name in json.loads(modules or "[]"):
            with contextlib.suppress(Exception):  # one that exists only inside of a job
                importlib.import_module(name)
        print(json.dumps({"status": status, "said": told}), flush=True)


if __name__ == "__main__":
    main()
