"""What goes wrong around a conversion: each ends with one line and the right exit code, and leaves the old or the new."""
import errno
import os
import signal
import subprocess
import sys

import pytest

from conftest import ROOT
from test_cli import WEB, run

from translator import output
from translator.model import TranslatorError

OLD, NEW = {"web/a.yaml": "old\n", "web/b.yaml": "old\n"}, {"web/a.yaml": "new\n", "other/c.yaml": "new\n"}


def state(folder):
    """Give what a folder holds; None where it is not there."""
    if not folder.is_dir():
        return None
    return {one.relative_to(folder).as_posix(): one.read_text() for one in folder.rglob("*") if one.is_file() and one.name != output.MANIFEST}


def one_line(done, code=2):
    assert done.returncode == code, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr


class Killed(BaseException):
    """Stands for a process that ends here."""


def test_the_next_run_replaces_what_the_last_one_wrote(tmp_path):
    folder = tmp_path / "out"
    output.write_folder(str(folder), OLD, False)
    output.write_folder(str(folder), NEW, False)
    assert state(folder) == NEW
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


def test_files_of_others_stay_with_force(tmp_path):
    output.write_folder(str(tmp_path / "out"), OLD, False)
    (tmp_path / "out" / "mine").write_text("keep")
    with pytest.raises(TranslatorError, match="mine"):
        output.write_folder(str(tmp_path / "out"), NEW, False)
    output.write_folder(str(tmp_path / "out"), NEW, True)
    assert state(tmp_path / "out") == {**NEW, "mine": "keep"}


CALLS = [("replace", number) for number in range(2)] + [("mkdtemp", 0)] + [("write_bytes", number) for number in range(3)]


@pytest.mark.parametrize(("call", "number"), CALLS)
@pytest.mark.parametrize("error", [Killed, lambda: OSError(errno.ENOSPC, "No space left on device")])
def test_stopped_at_any_call(tmp_path, monkeypatch, call, number, error):
    """After whatever call it ends, the folder (after the next look at it) holds the old files or the new."""
    folder, seen = tmp_path / "out", []
    output.write_folder(str(folder), OLD, False)
    place = {"replace": output.os, "mkdtemp": output.tempfile, "write_bytes": output.File}[call]
    original = getattr(place, call)

    def stops(*args, **more):
        seen.append(args)
        if len(seen) == number + 1:
            raise error()
        return original(*args, **more)

    monkeypatch.setattr(place, call, stops)
    with pytest.raises((Killed, TranslatorError)) as caught:
        output.write_folder(str(folder), NEW, False)
    monkeypatch.undo()
    output.recovered(folder)
    assert state(folder) in (OLD, NEW)
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
    assert caught.type is Killed or "no space left" in str(caught.value)


@pytest.mark.parametrize("wait", [0.05, 0.15, 0.25, 0.35, 0.45, 0.6])
def test_a_real_kill(tmp_path, wait):
    folder = tmp_path / "out"
    assert run("convert", WEB, "-o", str(folder), "--fail-on", "never").returncode == 0
    before = state(folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = subprocess.Popen([sys.executable, "-m", "translator", "convert", WEB, "-o", str(folder)], env=environment, stderr=subprocess.DEVNULL)
    try:
        started.wait(wait)
    except subprocess.TimeoutExpired:
        started.send_signal(signal.SIGKILL)
    started.wait()
    output.recovered(folder)
    assert state(folder) == before
    assert run("convert", WEB, "-o", str(folder), "--fail-on", "never").returncode == 0


def test_where_somebody_works_the_folder_itself_stays(tmp_path):
    before = os.stat(tmp_path).st_ino
    assert run("convert", WEB, "-o", ".", "--fail-on", "never", cwd=tmp_path).returncode == 0
    assert os.stat(tmp_path).st_ino == before and state(tmp_path)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "..\\x"])
def test_no_file_is_written_outside(tmp_path, name):
    with pytest.raises(TranslatorError, match="outside"):
        output.write_folder(str(tmp_path / "out"), {name: "x"}, False)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "translator", "convert", WEB], stdout=full, stderr=subprocess.PIPE, text=True, env=environment)
    one_line(done)


def test_a_folder_below_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    one_line(run("convert", WEB, "-o", str(tmp_path / "file" / "out")))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path):
    os.chmod(tmp_path, 0o555)
    one_line(run("convert", WEB, "-o", str(tmp_path / "out")))


def test_a_read_only_folder_for_anybody(tmp_path, monkeypatch):
    def refused(*args, **more):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(output.tempfile, "mkdtemp", refused)
    with pytest.raises(TranslatorError, match="permission denied"):
        output.write_folder(str(tmp_path / "out"), NEW, False)


@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_closed_pipe(closed):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    os.close(reading)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdout" if closed == "1" else "stderr": writing}
    done = subprocess.run([sys.executable, "-m", "translator", "convert", WEB, "-v"], **streams, text=True, env=environment)
    os.close(writing)
    assert done.returncode in (0, 1, 141)
    assert "Traceback" not in (done.stderr or "") and "Exception ignored" not in (done.stderr or "")


def test_ctrl_c(tmp_path):
    """It waits for standard input when the signal comes."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(
        [sys.executable, "-c", "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
         "from translator import readers, cli; print('ready', flush=True); cli.main(['convert', '-'])"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert started.stdout.readline() == "ready\n"
    try:
        started.wait(1)
    except subprocess.TimeoutExpired:
        started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=30)
    assert started.returncode == 130 and said.strip().splitlines() == ["k8s-ecs: stopped"]


def test_what_cannot_be_read_in_a_folder_is_a_finding(tmp_path):
    """A broken link, a pipe that nobody writes to and a link to itself: the rest is converted."""
    (tmp_path / "web.yaml").write_text(open(WEB).read())
    (tmp_path / "broken.yaml").symlink_to("/nowhere/at/all")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "broken.tf").symlink_to("/nowhere/at/all")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.yaml")
    done = run("convert", str(tmp_path), "--fail-on", "never")
    assert done.returncode == 0 and "taskDefinitions" in done.stdout
    assert all(f"{name}" in done.stderr for name in ("broken.yaml", "loop.yaml", "broken.tf", "pipe.yaml", "zero.yaml"))


@pytest.mark.parametrize("name", ["/dev/zero", "/nowhere", ""])
def test_what_is_named_and_cannot_be_read(name):
    one_line(run("convert", name))


def test_a_pipe_that_is_named_is_read():
    done = subprocess.run(["bash", "-c", f"{sys.executable} -m translator convert <(cat {WEB}) --fail-on never"], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0 and "taskDefinitions" in done.stdout
