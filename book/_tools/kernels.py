"""Kernels that start with the book's packages imported: a notebook imports for seconds before it computes.

Each worker of pytest has one process that imports them once, and its kernels are forks of that process
(``multiprocessing``'s forkserver), each with a namespace and a copy of the library of its own.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.forkserver
import os
from importlib.metadata import EntryPoint
from multiprocessing.context import ForkServerProcess
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

# Never the library, whose files a kernel must load itself, nor what asks at its import for the kernel around it.
PACKAGES = ["ipykernel.kernelapp", "matplotlib.pyplot", "matplotlib.backends.backend_svg", "scipy.stats",
            "sklearn.datasets", "torch._dynamo"]  # fmt: skip


class Kernel(ForkServerProcess):
    """A forked kernel, with the names by which Jupyter knows a ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, argv: list[str], folder: str, variables: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self.argv, self.folder, self.variables = argv, folder, variables

    def run(self) -> None:
        from ipykernel.kernelapp import IPKernelApp

        os.setsid()  # Ctrl-C is for pytest, which then ends the kernel
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # as nbval does with a process of its own
        os.chdir(self.folder)
        os.environ.update(self.variables, JPY_PARENT_PID=str(os.getppid()))
        IPKernelApp.launch_instance(self.argv)

    def poll(self) -> int | None:
        return self.exitcode

    def wait(self) -> int | None:
        self.join()
        return self.exitcode

    def send_signal(self, signum: int) -> None:
        os.kill(self.pid, signum)


class Forked(LocalProvisioner):
    """Starts kernels by a fork."""

    async def launch_kernel(self, cmd: list[str], *, cwd: str, env: dict[str, str], **options: Any) -> dict[str, Any]:
        self.process = Kernel(cmd[cmd.index("-f"):], cwd, env)
        self.process.start()
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return self.connection_info


def fork() -> None:
    """From now on, kernels that this process starts are forks."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")  # Matplotlib asks when imported
    multiprocessing.set_forkserver_preload(PACKAGES)
    multiprocessing.forkserver.ensure_running()  # it imports while pytest collects
    factory = KernelProvisionerFactory.instance(default_provisioner_name="forked")
    factory.provisioners["forked"] = EntryPoint("forked", f"{__name__}:Forked", factory.GROUP_NAME)
