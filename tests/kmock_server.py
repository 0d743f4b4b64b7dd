"""A mock API server for the tests of kube://: run by the environment that kmock has of its own (tests/tools.py).

It takes objects as JSON in the first line of its input, prints the port that it listens at, and stays until its input
ends. What kmock 0.8 leaves out of its answers, and a real API server has, is put in here: the kind of a list, and the
core group's name, which is none.
"""
import asyncio
import json
import sys

import kmock


class Emulator(kmock.KubernetesEmulator):
    """Answers as an API server does, as far as a client that only reads can see."""

    async def _serve_list(self, request):
        found = next(info for resource, info in self.resources.items() if resource == request.resource)
        version = "/".join(filter(None, (request.resource.group, request.resource.version)))
        return {"apiVersion": version, "kind": f"{found.kind}List", **await super()._serve_list(request)}

    async def _serve_version(self, request):
        answer = await super()._serve_version(request)
        return {**answer, "groupVersion": answer["groupVersion"].removeprefix("/")}


def fill(emulator: kmock.KubernetesEmulator, objects: list[dict]) -> None:
    """Keep objects as if somebody had created them."""
    for one in objects:
        group, _, version = one["apiVersion"].rpartition("/")
        wanted = (group, version, one["kind"])
        resource = next(
            known for known, info in emulator.resources.items() if (known.group, known.version, info.kind) == wanted
        )
        emulator.objects[resource, one["metadata"]["namespace"], one["metadata"]["name"]] = one


async def main() -> None:
    """Serve until the input ends."""
    emulator = Emulator()
    emulator.resources.load_bundled()
    fill(emulator, json.loads(sys.stdin.readline()))
    async with kmock.Server(emulator) as server:
        print(server.port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
