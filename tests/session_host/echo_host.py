"""
The session host with one more interface, Samba's rpcecho. Samba's Python has a finished client for that one, with
libdcerpc and gensec underneath: so its authentication judges ours.
"""
import os
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from session_host import interfaces, ndr  # noqa: E402
from session_host.__main__ import main  # noqa: E402
from session_host.interfaces.base import NOTHING, Interface  # noqa: E402

ECHO = Interface("echo", "rpcecho", "60a15ec5-4de8-11d7-a637-005056a20182", ["rpcecho"], NOTHING)
DATA = ndr.Array(ndr.U8, "len")


@ECHO.operation(0, "AddOne", [("in_data", ndr.U32)], [("out_data", ndr.U32)])
def add_one(call):
    return {"out_data": call["in_data"] + 1}


@ECHO.operation(1, "EchoData", [("len", ndr.U32), ("in_data", DATA)], [("out_data", DATA)])
def echo_data(call):
    return {"out_data": call["in_data"]}


if __name__ == "__main__":
    interfaces.ALL.append(ECHO)
    main()
