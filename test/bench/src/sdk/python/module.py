"""Answers each resource with two metrics at once. The echo beside it sends the same answer without the SDK."""

from ocelli import Group, Plugin, counter, gauge, serve

plugin = Plugin("bench-python", "0.1.0", "Answers at once, for the bench.")


@plugin.poll
async def poll(resource, ctx):
    return [Group("bench", {"runs_total": counter(1), "value": gauge(1.5)}, {"no": "0"})]


serve(plugin)
