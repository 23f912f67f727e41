"""tools/mount_private.sh: what lies in a folder is hidden, but for the tree that the script belongs to."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tree import MOUNT_PRIVATE

SECONDS = 30


class MountPrivate(unittest.TestCase):
    def seen(self, place, script):
        unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
        done = subprocess.run([*unshare, "--", "sh", "-c", '"$0" "$1" 755 && find "$1" -type f', script, place], check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=SECONDS, text=True)
        return done.stdout.splitlines()

    def test_the_tree_below_it_is_seen(self):
        with tempfile.TemporaryDirectory() as place:
            pathlib.Path(place, "hidden").touch()
            tools = pathlib.Path(place, "some folder", "tools")
            tools.mkdir(parents=True)
            script = shutil.copy(MOUNT_PRIVATE, tools)
            self.assertEqual(self.seen(place, script), [script])

    def test_a_tree_elsewhere_is_not_there(self):
        with tempfile.TemporaryDirectory() as place, tempfile.TemporaryDirectory() as other:
            pathlib.Path(place, "hidden").touch()
            tools = pathlib.Path(other, "tools")
            tools.mkdir()
            self.assertEqual(self.seen(place, shutil.copy(MOUNT_PRIVATE, tools)), [])


if __name__ == "__main__":
    unittest.main()
