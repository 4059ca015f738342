"""The child's side of the bench's channel: answers each command, one after the other, until it hangs up."""

import json
import os
import socket
import traceback


def serve_commands(commands):
    # The parent is Node: the channel is a socket with one JSON text a line.
    channel = socket.socket(fileno=int(os.environ["NODE_CHANNEL_FD"]))
    os.set_blocking(channel.fileno(), True)
    send = lambda answer: channel.sendall((json.dumps(answer) + "\n").encode())
    send({"value": "ready"})
    for line in channel.makefile("r"):
        question = json.loads(line)
        try:
            send({"value": commands[question["name"]](**question["order"])})
        except Exception:
            send({"failure": traceback.format_exc()})
    os._exit(0)  # whatever a library still waits for is of no interest any more
