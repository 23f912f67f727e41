"""Places in the tree of the sources."""
import os

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MOUNT_PRIVATE = os.path.join(TOP, "tools", "mount_private.sh")     # in namespaces: the tree may lie below what is mounted over
